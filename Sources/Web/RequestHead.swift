package import HTTPTypes

/// A request but for its body, made from the parameters that nginx sends.
///
/// Fails closed: libfcgi calls us for aborted and half-filled requests too, and nginx passes a
/// header sent twice as a parameter that is there twice. Only the names that nginx.conf.example
/// writes are trusted; what begins with `HTTP_` came from the client.
package struct RequestHead: Sendable {
  package let method: HTTPRequest.Method
  /// As it was sent, still percent-encoded, without the query.
  package let path: String
  /// As it was sent; empty where there is none.
  package let query: String
  package let contentLength: Int
  package let contentType: String
  package let remoteAddress: String
  /// `$request_id` of nginx, for every log line.
  package let requestID: String
  /// `PATCHBAY_USER`: whom nginx has signed in, where it does.
  package let hostUser: String?
  private let headers: [String: String]

  /// Why a request is none: told to the client by 400 and no more.
  package struct Malformed: Error, Sendable {
    package let reason: String
  }

  /// - Parameter parameters: As they came, in order, doubles and all.
  package init(parameters: [(name: [UInt8], value: [UInt8])]) throws(Malformed) {
    var values: [String: String] = [:]
    for (nameBytes, valueBytes) in parameters {
      guard let name = String(validating: nameBytes, as: UTF8.self) else {
        throw Malformed(reason: "a parameter's name is not UTF-8")
      }
      guard let value = String(validating: valueBytes, as: UTF8.self), !valueBytes.contains(0)
      else {
        throw Malformed(reason: "parameter \(Self.printable(name)) is not UTF-8 text")
      }
      guard values.updateValue(value, forKey: name) == nil else {
        throw Malformed(reason: "parameter \(Self.printable(name)) is there twice")
      }
    }
    guard let method = values["REQUEST_METHOD"].flatMap(HTTPRequest.Method.init(rawValue:)),
      let target = values["REQUEST_URI"], target.utf8.first == UInt8(ascii: "/"),
      target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else { throw Malformed(reason: "no method or no path") }
    self.method = method
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts[0])
    query = parts.count > 1 ? String(parts[1]) : ""

    let length = values["CONTENT_LENGTH"] ?? ""
    guard length.isEmpty || (length.utf8.count <= 12 && length.utf8.allSatisfy(Self.isDigit))
    else { throw Malformed(reason: "CONTENT_LENGTH is no number") }
    contentLength = Int(length) ?? 0
    contentType = values["CONTENT_TYPE"] ?? ""
    remoteAddress = values["REMOTE_ADDR"] ?? ""
    requestID = values["REQUEST_ID"] ?? ""
    hostUser = values["PATCHBAY_USER"].flatMap { $0.isEmpty ? nil : $0 }
    headers = values.filter { $0.key.hasPrefix("HTTP_") }
  }

  /// The path as it may stand in a log: without the token of a one-time link, which is worth a
  /// password.
  package var loggablePath: String {
    let mark = Array("/welcome/".utf8)
    let bytes = Array(path.utf8)
    guard bytes.count >= mark.count,
      let start = (0...bytes.count - mark.count).first(where: { bytes[$0...].starts(with: mark) })
    else { return String(path.prefix(200)) }
    return String(decoding: bytes[..<(start + mark.count)], as: UTF8.self) + "(token)"
  }

  /// A header of the client's.
  /// - Parameter name: As in `Sec-Fetch-Site`, in any case.
  package func header(_ name: String) -> String? {
    headers["HTTP_" + String(name.uppercased().map { $0 == "-" ? "_" : $0 })]
  }

  /// The media type alone, in lower case: `application/json`.
  package var mediaType: String {
    let type = contentType.split(separator: ";", maxSplits: 1).first ?? ""
    return type.lowercased().trimmingSpaces
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// A name as it may stand in a log line.
  private static func printable(_ name: String) -> String {
    String(
      decoding: name.utf8.prefix(40).map { $0 > 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "?") },
      as: UTF8.self)
  }
}

extension StringProtocol {
  /// Without spaces, tabs and line ends at both ends.
  package var trimmingSpaces: String {
    func isSpace(_ byte: UInt8) -> Bool {
      byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !isSpace($0) }),
      let last = bytes.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
