import Domain
import Testing

@Suite struct JSONValueTests {
  @Test func `an object gives its members in order, as the bytes that came`() throws {
    let object = try #require(
      try json(#" { "type" : "lead.created" , "data" : { "a" : 1.0 , "a" : 2 } , "n" : [ ] } "#)
        .object())

    #expect(object.members.map(\.name) == ["type", "data", "n"])
    #expect(object["type"]?.string == "lead.created")
    #expect(text(object["data"]?.bytes) == #"{ "a" : 1.0 , "a" : 2 }"#)
    #expect(text(object["data"]?.compact) == #"{"a":1.0,"a":2}"#)
    #expect(object["n"]?.elements?.count == 0)
    #expect(object["missing"] == nil)
  }

  @Test func `a name that stands twice is refused in this object only`() throws {
    let value = try json(#"{"a":1,"b":{"c":1,"c":2},"\u0061":3}"#)

    #expect(throws: JSONError.duplicateName("a")) { try value.object() }
    #expect(throws: Never.self) { try json(#"{"b":{"c":1,"c":2}}"#).object() }
  }

  @Test func `names that only look alike are two names`() throws {
    // One letter e with an accent, and e followed by one: equal as Swift strings.
    let object = try #require(try json("{\"\u{E9}\":1,\"e\u{301}\":2}").object())

    #expect(object["\u{E9}"]?.integer == 1)
    #expect(object["e\u{301}"]?.integer == 2)
  }

  @Test func `an array gives its elements`() throws {
    let elements = try #require(json(#"[ 1 ,"a,]" , [2,3],{"b":4}, null,true]"#).elements)

    #expect(
      elements.map { text($0.bytes) } == ["1", #""a,]""#, "[2,3]", #"{"b":4}"#, "null", "true"])
    #expect(elements.map(\.kind) == [.number, .string, .array, .object, .null, .bool])
  }

  @Test func `a value asked for as another kind is nil`() throws {
    let number = try json("1")
    let string = try json("\"1\"")

    #expect(try number.object() == nil)
    #expect(number.elements == nil)
    #expect(number.string == nil)
    #expect(number.bool == nil)
    #expect(!number.isNull)
    #expect(string.integer == nil)
    #expect(try json("null").isNull)
    #expect(try json("true").bool == true)
    #expect(try json("false").bool == false)
  }

  @Test(arguments: [
    ("0", 0), ("-0", 0), ("-7", -7), ("20.0", 20), ("2e1", 20), ("2.5E+1", 25), ("2500e-2", 25),
    ("0e999999999999999999999", 0), ("9223372036854775807", .max), ("-9223372036854775808", .min),
    ("9223372036854775808", nil), ("1.5", nil), ("1e-1", nil), ("1e19", nil), ("1e999999999", nil),
    ("1e99999999999999999999", nil), ("1e-9223372036854775808", nil),
    ("10e9223372036854775807", nil),
  ])
  func `a whole number is read however it is written`(text: String, value: Int?) throws {
    #expect(try json(text).integer == value)
  }

  @Test func `a string's escapes are resolved`() throws {
    #expect(
      try json(#""\"\\\/\b\f\n\r\t\u0000\u00e9\u20AC\ud83d\ude00é""#).string
        == "\"\\/\u{8}\u{C}\n\r\t\u{0}\u{E9}\u{20AC}\u{1F600}é")
  }

  @Test func `compacting keeps digits, escapes, order and what stands in strings`() throws {
    let loose = "\r\n{ \"b\" : 1.50E+00 ,\t\"a\\u0020 \\\" \" : [ \" x \\\\\" , -0.0 ] }"

    #expect(text(try json(loose).compact) == #"{"b":1.50E+00,"a\u0020 \" ":[" x \\",-0.0]}"#)
  }

  @Test(arguments: [
    ("1", 0), ("\"[[[\"", 0), ("[]", 1), ("{}", 1), ("[[],[[]]]", 3), (#"{"a":[{"b":1}]}"#, 3),
  ])
  func `nesting counts arrays and objects`(text: String, depth: Int) throws {
    #expect(try json(text).nesting == depth)
  }

  @Test func `errors say what was wanted and where`() throws {
    #expect(
      JSONError.unexpected(at: 17, expected: "a comma or }").description
        == "expected a comma or } at byte 17")
    #expect(
      JSONError.duplicateName("type").description == "the name \"type\" stands twice in one object")
  }

  private func json(_ text: String) throws -> JSONValue { try JSONValue(Array(text.utf8)) }

  private func text(_ bytes: (some Sequence<UInt8>)?) -> String? {
    bytes.map { String(decoding: Array($0), as: UTF8.self) }
  }
}
