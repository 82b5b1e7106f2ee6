import Domain
import Testing

@Suite struct JSONWriterTests {
  @Test func `members, arrays and objects get their commas`() {
    let json = written { json in
      json.member("id", 7)
      json.member("empty", object: { _ in })
      json.member("health", object: { json in json.member("rate", 0.5) })
      json.member("attempts", array: [1, 2]) { json, number in
        json.object { json in
          json.member("number", number)
          json.member("error", nil as String?)
        }
      }
      json.member("none", array: [Int]()) { $0.value($1) }
      json.member("events", ["lead.created", "a:["])
      json.member("pairs", [["a", "b"], []])
      json.member("test", false)
    }

    #expect(
      json == """
        {"id":7,"empty":{},"health":{"rate":0.5},\
        "attempts":[{"number":1,"error":null},{"number":2,"error":null}],"none":[],\
        "events":["lead.created","a:["],"pairs":[["a","b"],[]],"test":false}
        """)
  }

  @Test func `strings are escaped and read back as they were`() throws {
    let text = "\"\\/\u{0}\u{1F}\n\r\t\u{8}\u{7F}é\u{2028}😀 <b>"

    let json = written { json in json.member("a\"b", text) }

    #expect(
      json == #"{"a\"b":"\"\\/\u0000\u001f\n\r\t\u0008\#u{7F}é\#u{2028}😀 <b>"}"#)
    #expect(try JSONValue(Array(json.utf8)).object()?["a\"b"]?.string == text)
  }

  @Test func `times, identifiers and missing values have one spelling`() throws {
    let id = try #require(Webhook.ID("0190a0f0-0000-7000-8000-000000000001"))

    let json = written { json in
      json.member("id", id)
      json.member("at", Timestamp(seconds: 1_700_000_000))
      json.member("seen", nil as Timestamp?)
      json.member("rate", Double.nan)
    }

    #expect(
      json == """
        {"id":"0190a0f0-0000-7000-8000-000000000001","at":"2023-11-14T22:13:20.000000Z",\
        "seen":null,"rate":null}
        """)
  }

  @Test func `finished JSON is spliced in byte for byte`() {
    let json = written { json in
      json.member("payload", RawJSON(Array(#"{"a":1.0}"#.utf8)))
      json.member("next", 1)
    }

    #expect(json == #"{"payload":{"a":1.0},"next":1}"#)
  }

  @Test func `bytes that are not UTF-8 become replacement characters`() {
    let json = written { json in
      json.member("body", LossyText([0x61, 0xFF, 0xC3, 0x28, 0x00, 0xE2, 0x82]))
    }

    #expect(json == "{\"body\":\"a\u{FFFD}\u{FFFD}(\\u0000\u{FFFD}\"}")
  }

  private func written(_ members: (inout JSONWriter) -> Void) -> String {
    String(decoding: JSONWriter.object(members), as: UTF8.self)
  }
}
