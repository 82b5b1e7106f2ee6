/// One value of a JSON text, as the bytes that came in.
///
/// The text has been checked whole before the first value of it exists, so cutting it up neither
/// fails nor decodes: what is passed on is what came.
package struct JSONValue: Sendable {
  package enum Kind: Sendable { case object, array, string, number, bool, null }

  /// The whole text, shared by all values cut from it.
  let text: [UInt8]
  /// Where this value stands in it, without the white space around it.
  let range: Range<Int>

  /// The one value of `text`, checked to the last byte.
  /// - Throws: `JSONError.unexpected` at the first byte that RFC 8259 does not allow.
  package init(_ text: [UInt8]) throws(JSONError) {
    let span = text.span
    try JSONScanner.validate(span)
    let start = JSONScanner.skipWhiteSpace(in: span, from: 0)
    self.init(text: text, range: start..<JSONCutter.endOfValue(in: span, from: start))
  }

  init(text: [UInt8], range: Range<Int>) {
    self.text = text
    self.range = range
  }

  /// The value's own bytes, white space within it included.
  package var bytes: ArraySlice<UInt8> { text[range] }

  package var kind: Kind {
    switch text[range.lowerBound] {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .bool
    case UInt8(ascii: "n"): .null
    default: .number
    }
  }

  package var isNull: Bool { kind == .null }

  /// nil when it is no boolean.
  package var bool: Bool? {
    kind == .bool ? text[range.lowerBound] == UInt8(ascii: "t") : nil
  }

  /// The characters of a string, its escapes resolved; nil when it is none.
  package var string: String? {
    kind == .string ? String(decoding: JSONCutter.unescape(text, range), as: UTF8.self) : nil
  }

  /// The value of a number that is whole, however it is written (`20`, `2e1`, `20.0`), and fits;
  /// nil for any other.
  package var integer: Int? {
    kind == .number ? JSONCutter.integer(text[range]) : nil
  }

  /// The values of an array in their order; nil when it is none.
  package var elements: [JSONValue]? {
    guard kind == .array else { return nil }
    return JSONCutter.elements(of: self)
  }

  /// The members of an object; nil when it is none.
  /// - Throws: `JSONError.duplicateName`, for names of this object alone; an object within it may
  ///   have some.
  package func object() throws(JSONError) -> JSONObject? {
    guard kind == .object else { return nil }
    return JSONObject(members: try JSONCutter.members(of: self))
  }

  /// The same bytes without insignificant white space: numbers keep their digits, strings their
  /// escapes, members their order.
  package var compact: [UInt8] { JSONCutter.compact(text, range) }

  /// How many arrays and objects stand within each other, this value counted: 0 for `1`, 1 for
  /// `{"a":1}`, 2 for `[[]]`.
  package var nesting: Int { JSONCutter.nesting(text, range) }
}

/// The members of one object, no name twice.
package struct JSONObject: Sendable {
  package struct Member: Sendable {
    package let name: String
    package let value: JSONValue
  }

  /// In the order in which they came.
  package let members: [Member]

  package subscript(_ name: String) -> JSONValue? {
    // By bytes: String's own equality takes `é` and `e` with an accent for the same name.
    members.first { $0.name.utf8.elementsEqual(name.utf8) }?.value
  }
}
