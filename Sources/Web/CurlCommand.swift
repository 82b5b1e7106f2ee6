import Domain

/// An attempt's request as a command for a shell, without the values of the user's own headers.
struct CurlCommand {
  let attempt: Attempt
  let body: [UInt8]

  var text: String {
    var lines = ["curl -X POST \(Self.quoted(attempt.endpointURL))"]
    // What stands on record of the user's own headers is a mask.
    lines += attempt.requestHeaders.filter { !$0.value.contains("•") }.map {
      "  -H \(Self.quoted("\($0.name): \($0.value)"))"
    }
    lines.append("  --data-binary \(Self.quoted(String(decoding: body, as: UTF8.self)))")
    return lines.joined(separator: " \\\n")
  }

  /// In single quotes, in which nothing has a meaning but the quote itself.
  static func quoted(_ text: String) -> String {
    let quote = UInt8(ascii: "'")
    var bytes = [quote]
    for byte in text.utf8 {
      if byte == quote {
        bytes += Array(#"'\''"#.utf8)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes + [quote], as: UTF8.self)
  }
}
