import Domain

/// Headers in a column: JSON `[[name, value], …]`.
enum HeaderList {
  /// - Parameter limitBytes: At least 2. The first header that has no room in it is left out, and so
  ///   are all after it.
  static func encode(_ headers: [Attempt.Header], limitBytes: Int) -> [UInt8] {
    var list: [UInt8] = [UInt8(ascii: "[")]
    list.reserveCapacity(512)
    for header in headers {
      let end = list.count
      if end > 1 { list.append(UInt8(ascii: ",")) }
      list.append(UInt8(ascii: "["))
      header.name.write(to: &list)
      list.append(UInt8(ascii: ","))
      header.value.write(to: &list)
      list.append(UInt8(ascii: "]"))
      guard list.count < limitBytes else {
        list.removeSubrange(end...)
        break
      }
    }
    list.append(UInt8(ascii: "]"))
    return list
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
