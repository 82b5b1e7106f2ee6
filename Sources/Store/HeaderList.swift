import Domain

/// Headers in a column: JSON `[[name, value], …]`.
enum HeaderList {
  /// - Parameter limitBytes: At least 2. The first header that has no room in it is left out, and so
  ///   are all after it.
  static func encode(_ headers: [Attempt.Header], limitBytes: Int) -> [UInt8] {
    var list: [UInt8] = [UInt8(ascii: "[")]
    for header in headers {
      var pair: [UInt8] = list.count > 1 ? [UInt8(ascii: ",")] : []
      [header.name, header.value].write(to: &pair)
      guard list.count + pair.count < limitBytes else { break }
      list += pair
    }
    return list + [UInt8(ascii: "]")]
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
