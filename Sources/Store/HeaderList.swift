import Domain

/// Headers in a column: JSON `[[name, value], …]`.
enum HeaderList {
  static func encode(_ headers: [Attempt.Header]) -> [UInt8] {
    var writer = JSONWriter()
    writer.value(headers.map { [$0.name, $0.value] })
    return writer.bytes
  }

  /// An empty column is an empty list.
  static func decode(_ bytes: [UInt8]) throws -> [Attempt.Header] {
    guard !bytes.isEmpty else { return [] }
    return (try JSONValue(bytes).elements ?? []).compactMap { pair in
      let parts = (pair.elements ?? []).compactMap(\.string)
      return parts.count == 2 ? Attempt.Header(parts[0], parts[1]) : nil
    }
  }
}
