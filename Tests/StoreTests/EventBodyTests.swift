import Domain
import Testing

@testable import Store

/// HTTP and `emit_event` judge the same `data` alike and deliver the same bytes.
@Suite struct EventBodyTests {
  let ways: BothWays

  init() throws {
    ways = try BothWays()
  }

  private static let taken = [
    "{}", #"{"a":{}}"#, #"{"":""}"#, #"{"a":[]}"#, #"{"a":[{},[],""]}"#,
    " \t\r\n{ \"a\" : [ 1 , 2 ] } \n", #"{"a":" \t  {[,:]} "}"#,
    #"{"a":1,"a":2}"#, #"{"z":1,"a":2,"m":3}"#,
    #"{"a":0,"b":-0,"c":9007199254740993,"d":123456789012345678901234567890}"#,
    #"{"a":1.50,"b":1e5,"c":1E+05,"d":0.0e-0,"e":-0.10,"f":1e400,"g":1.0}"#,
    #"{"a":true,"b":false,"c":null}"#,
    #"{"a":"\"\\\/\b\f\n\r\t"}"#, #"{"a":"\u0000\u001f\u0041\u00e9\uFFFF"}"#,
    #"{"a":"\ud83d\ude00 \uDBFF\uDFFF"}"#, #"{"a":"\\ud800"}"#, #"{"a":"\\\\\"\\"}"#,
    "{\"a\":\"é ü ß ← 😀 \u{10FFFF} \u{FFFF} \u{7F} \u{80} \u{2028} e\u{301}\"}",
    "{\"é\u{10FFFF}\":1}", #"{"a'b":"x' OR 1=1 -- ?"}"#, #"{"true":true,"a":"1.","b":"\u0001"}"#,
    #"{"a":"</script>"}"#,
  ]

  private static let refused = [
    "", " ", "nul", "true", "1", "\"a\"", "[]", "[{}]", "null", "{", "}", "{}{}", "{} x", "{}]",
    "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":1 "b":2}"#, #"{"a":[1,]}"#, #"{"a":[,1]}"#,
    #"{"a":[1 2]}"#, #"{"a":[}"#, #"{"a":(1)}"#, "{a:1}", "{'a':1}", "{1:1}", #"{"a":'b'}"#,
    #"{null:1}"#, #"{"a":b}"#, #"{"a":1.}"#, #"{"a":.5}"#, #"{"a":+1}"#, #"{"a":01}"#,
    #"{"a":-}"#, #"{"a":1e}"#, #"{"a":1e+}"#, #"{"a":0x1}"#, #"{"a":1_0}"#, #"{"a":--1}"#,
    #"{"a":NaN}"#, #"{"a":Infinity}"#, #"{"a":True}"#, #"{"a":nulL}"#, #"{"a":truefalse}"#,
    #"{"a":1true}"#, #"{"a":1"b"}"#, #"{"a":"b""c"}"#, #"{"a":"b"1}"#, #"{"a":1.2.3}"#,
    #"{"a":"\x41"}"#, #"{"a":"\'"}"#, #"{"a":"\u12"}"#, #"{"a":"\u12G4"}"#, #"{"a":"\U0041"}"#,
    #"{"a":"\ud800"}"#, #"{"a":"\udc00"}"#, #"{"a":"\ud800\ud800"}"#, #"{"a":"\ud800x"}"#,
    #"{"a":"\ud800\n"}"#, #"{"a":"\udc00\ud800"}"#, #"{"a":"\ud800\u0041"}"#, #"{"a":"\"}"#,
    "{\"a\":\"\n\"}", "{\"a\":\"\t\"}", "{\"a\":\"\u{1F}\"}", "{\"a\":\"\u{0}\"}", "{\"a\":\u{1}}",
    "{\"a\":\u{2}}", "{\u{1}:\u{2}}", "{\u{0}}", "{}\u{0}", "{}\u{B}", "{\"a\":1\u{C}}",
    "\u{FEFF}{}", "{\"a\":\u{A0}1}", "{\u{2028}}", "{\"a\":_}", "/**/{}", "{}//", "{\"a\":é}",
  ]

  @Test func `what RFC 8259 allows goes through byte for byte but for white space`() throws {
    for data in Self.taken {
      let verdicts = try ways.verdicts(on: data)

      #expect(verdicts.http != nil, "\(data)")
      #expect(verdicts.sql == verdicts.http, "\(data)")
    }
  }

  @Test func `anything else is refused`() throws {
    for data in Self.refused {
      #expect(try ways.verdicts(on: data) == .init(http: nil, sql: nil), "\(data.debugDescription)")
    }
  }

  @Test func `thirty arrays and objects within each other are taken, not one more`() throws {
    for (depth, isTaken) in [(29, true), (30, true), (31, false), (32, false), (5_000, false)] {
      let verdicts = try ways.verdicts(on: BothWays.nested(depth))

      #expect((verdicts.http != nil) == isTaken, "\(depth)")
      #expect(verdicts.sql == verdicts.http, "\(depth)")
    }
  }

  @Test func `a body of 256 KiB is taken, not one byte more`() throws {
    for character in ["x", "é", "\u{10FFFF}"] as [Character] {
      for (bytes, isTaken) in [(262_143, true), (262_144, true), (262_145, false)] {
        let data = BothWays.filling(bytes, with: character)
        let verdicts = try ways.verdicts(on: data)

        #expect((verdicts.http != nil) == isTaken, "\(character) \(bytes)")
        #expect(verdicts.sql == verdicts.http, "\(character) \(bytes)")
      }
    }
  }

  @Test func `white space does not count towards the limit`() throws {
    let verdicts = try ways.verdicts(
      on: String(repeating: " ", count: 300_000) + BothWays.filling(262_144))

    #expect(verdicts.http?.count == 262_144)
    #expect(verdicts.sql == verdicts.http)
  }

  /// Where a pattern that backtracks or recurses would give up.
  @Test func `large data of every shape is taken`() throws {
    func list(_ element: String) -> String {
      let count = 260_000 / (element.utf8.count + 1)
      return #"{"a":["# + Array(repeating: element, count: count).joined(separator: ",") + "]}"
    }
    let shapes = [
      list("1"), list("-1.5e-10"), list(#""""#), list("[]"), list("{}"), list(#"{"a":[1,{}]}"#),
      list(#""\u00e9\n""#), list("true"), list(#""\\""#), list(BothWays.nested(28)),
      #"{"a":""# + String(repeating: #"\""#, count: 130_000) + #""}"#,
      #"{"a":""# + String(repeating: #"\ud83d\ude00"#, count: 21_000) + #""}"#,
      #"{"a":1"# + String(repeating: "0", count: 260_000) + "}",
      String(repeating: #"{"a":[1,"b",{"#, count: 1)
        + (0..<20_000).map { #""k\#($0)":1"# }.joined(separator: ",") + "}]}",
    ]

    for data in shapes {
      let verdicts = try ways.verdicts(on: data)

      #expect(verdicts.http != nil, "\(data.prefix(40))")
      #expect(verdicts.sql == verdicts.http, "\(data.prefix(40))")
    }
  }

  @Test func `random mistakes in random JSON are judged alike`() throws {
    var random = SeededRandom(seed: 4_711)
    var taken = 0
    for _ in 0..<1_500 {
      let data = RandomJSON.text(&random)

      let verdicts = try ways.verdicts(on: data)

      #expect(verdicts.sql == verdicts.http, "\(data.debugDescription)")
      if verdicts.http != nil { taken += 1 }
    }
    #expect((300...1_200).contains(taken))
  }
}
