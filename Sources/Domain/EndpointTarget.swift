/// The grammar of path and query. RFC 3986 sections 3.3 and 3.4.
enum EndpointTarget {
  /// Empty, or a `/` and then whatever need not be encoded. Dot segments stay as they are.
  static func check(_ target: ArraySlice<UInt8>) throws(EndpointRefusal) {
    guard let first = target.first else { return }
    if first != UInt8(ascii: "/") { throw .path(.noSlash) }
    var position = target.startIndex
    while position < target.endIndex {
      let byte = target[position]
      if byte == UInt8(ascii: "%") {
        try checkEscape(target[(position + 1)...].prefix(2))
        position += 3
      } else if isPlain(byte) {
        position += 1
      } else if byte < 0x20 || byte == 0x7F {
        throw .control
      } else {
        throw .path(.mustBeEncoded(byte))
      }
    }
  }

  private static func checkEscape(_ digits: ArraySlice<UInt8>) throws(EndpointRefusal) {
    guard digits.count == 2, let high = digits.first.flatMap(Hex.value(of:)),
      let low = digits.last.flatMap(Hex.value(of:))
    else { throw .path(.badEscape) }
    // A receiver that decodes these carelessly would end a line or a string.
    if high < 2 || high == 7 && low == 0xF { throw .path(.encodedControl) }
  }

  /// `pchar`, `/` and `?`.
  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "-._~!$&'()*+,;=:@/?".utf8.contains(byte)
    }
  }
}
