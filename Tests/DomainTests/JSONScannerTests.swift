import Domain
import Testing

@Suite struct JSONScannerTests {
  @Test(arguments: [
    "0", "-0", "10", "-1.50", "1e5", "1E+05", "0.0e-0", "true", "false", "null", "\"\"",
    " \t\r\n[ ] ", "{}", "[[],{}]", "{\"a\":{\"a\":[1,2]},\"b\":\"\"}", "{\"\":1}",
    #""\"\\\/\b\f\n\r\t\u0000\uD834\udd1e""#, "\"\u{7F}\u{80}\u{7FF}\u{800}\u{FFFF}\u{10FFFF}\"",
    "{\"a\":1,\"a\":2}",
  ])
  func `texts of RFC 8259 pass`(text: String) {
    #expect(throws: Never.self) { try JSONValue(Array(text.utf8)) }
  }

  @Test(arguments: [
    ("", 0), (" ", 1), ("nul", 0), ("nulL", 0), ("True", 0), ("NaN", 0), ("-Infinity", 1),
    ("+1", 0), (".5", 0), ("-", 1), ("1.", 2), ("1.e1", 2), ("1e", 2), ("1e+", 3), ("01", 1),
    ("-01", 2), ("0x1", 1), ("1 2", 2), ("1,", 1), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3),
    ("[", 1), ("[1", 2), ("]", 0), ("[}", 1), ("{]", 1), ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5),
    ("{\"a\":1", 6), ("{\"a\":1,}", 7), ("{,}", 1), ("{a:1}", 1), ("{'a':1}", 1), ("{1:1}", 1),
    ("{\"a\" 1}", 5), ("{\"a\":1 \"b\":2}", 7), ("[1}", 2), ("{\"a\":1]", 6), ("//\n1", 0),
    ("\u{FEFF}1", 0), ("\u{A0}1", 0), ("\"", 1), ("\"a", 2), ("\"\\", 2), ("\"\\\"", 3),
    ("\"\\x41\"", 2), ("\"\\u12\"", 3), ("\"\\u12G4\"", 3), ("\"\n\"", 1), ("\"\u{0}\"", 1),
    ("\"\u{1F}\"", 1), ("[]]", 2), ("\"a\"\"b\"", 3),
  ])
  func `anything else is refused at the byte that does not fit`(text: String, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(Array(text.utf8)) }
    guard case .unexpected(let position, _) = error else {
      Issue.record("\(text): \(String(describing: error))")
      return
    }
    // In an escape's four digits the position is that of the first of them.
    #expect(position == offset, "\(text)")
  }

  @Test(arguments: [
    #""\ud800""#, #""\udc00""#, #""\udbff\udbff""#, #""\ud800\n""#, #""\ud800x""#,
    #""\udc00\ud800""#,
  ])
  func `half a surrogate pair is not JSON`(text: String) {
    #expect(throws: JSONError.unexpected(at: 1, expected: "a pair of surrogates")) {
      try JSONValue(Array(text.utf8))
    }
  }

  @Test(
    arguments: [
      [0x80], [0xBF], [0xC0, 0xAE], [0xC1, 0xBF], [0xC3, 0x28], [0xC3], [0xE0, 0x9F, 0xBF],
      [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
      [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
      [0xF0, 0x9F, 0x98], [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ] as [[UInt8]])
  func `a string that is not well-formed UTF-8 is refused`(bytes: [UInt8]) {
    let quote = UInt8(ascii: "\"")
    #expect(throws: JSONError.unexpected(at: 1, expected: "UTF-8")) {
      try JSONValue([quote] + bytes + [quote])
    }
    // Also where the text ends inside the character.
    #expect(throws: JSONError.self) { try JSONValue([quote] + bytes) }
  }

  @Test func `ten million open brackets are refused without recursion`() {
    let text = [UInt8](repeating: UInt8(ascii: "["), count: 10_000_000)

    #expect(throws: JSONError.unexpected(at: 10_000_000, expected: "a value")) {
      try JSONValue(text)
    }
  }

  @Test func `every beginning of a text is refused, and the whole passes`() throws {
    let text = Array(#"{"a":[1.5e-3,true,{"b":"é\u00e9\ud83d\ude00😀"}],"c":null}"#.utf8)

    for length in 0..<text.count {
      #expect(throws: JSONError.self) { try JSONValue(Array(text[..<length])) }
    }
    #expect(throws: Never.self) { try JSONValue(text) }
  }

  @Test func `random texts from the grammar pass, and what is cut out of them is what went in`()
    throws
  {
    var random = SeededRandom(seed: 8_259)
    for _ in 0..<2_000 {
      let (loose, tight, depth) = randomJSON(&random, room: 5)
      let value = try JSONValue(Array((" " + loose + "\n").utf8))
      #expect(String(decoding: value.bytes, as: UTF8.self) == loose)
      #expect(String(decoding: value.compact, as: UTF8.self) == tight)
      #expect(value.nesting == depth)
    }
  }
}

/// A text with white space, the same without, and its nesting.
private func randomJSON(_ random: inout SeededRandom, room: Int) -> (String, String, Int) {
  let scalars = [
    "0", "-12.50", "1E+3", "true", "false", "null", "\"\"", "\" a\\\" b \"", "\"\\\\\"",
    "\"{[,:]}\"", "\"é\\u00e9 😀\"",
  ]
  let space = [" ", "", "\n\t", ""]
  let kind = room == 0 ? 0 : Int.random(in: 0...2, using: &random)
  guard kind > 0, let gap = space.randomElement(using: &random) else {
    let scalar = scalars.randomElement(using: &random) ?? "0"
    return (scalar, scalar, 0)
  }
  let parts = (0..<Int.random(in: 0...3, using: &random)).map { number in
    let (loose, tight, depth) = randomJSON(&random, room: room - 1)
    return kind == 1
      ? (loose, tight, depth)
      : ("\"k \(number)\"\(gap):\(gap)\(loose)", "\"k \(number)\":\(tight)", depth)
  }
  let (open, close) = kind == 1 ? ("[", "]") : ("{", "}")
  return (
    open + gap + parts.map(\.0).joined(separator: gap + "," + gap) + gap + close,
    open + parts.map(\.1).joined(separator: ",") + close,
    1 + (parts.map(\.2).max() ?? 0)
  )
}
