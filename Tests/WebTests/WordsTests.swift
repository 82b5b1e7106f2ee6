import Domain
import Testing

@testable import Web

struct WordsTests {
  @Test(arguments: [
    (0, "less than a minute"), (59, "less than a minute"), (60, "about 1 minute"),
    (61, "about 2 minutes"), (5_399, "about 90 minutes"), (5_400, "about 2 hours"),
  ])
  func `an estimate is rounded up`(_ seconds: Int, _ words: String) {
    #expect(Words.about(seconds: seconds) == words)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567"), (-1_200, "-1,200"),
  ])
  func `numbers have a comma before each three digits`(_ number: Int, _ text: String) {
    #expect(Words.number(number) == text)
  }

  @Test(arguments: [
    ("5s", "5 seconds"), ("90s", "90 seconds"), ("5m", "5 minutes"), ("1h", "1 hour"),
    ("27h", "27 hours"), ("5d", "5 days"), ("90d", "90 days"),
  ])
  func `a length of time is told in its largest unit`(_ length: String, _ text: String) {
    #expect(Words.length(Interval(length)!) == text)
  }

  @Test(
    arguments: [
      (0, "0 ms"), (400, "0.4 ms"), (2_540, "2.5 ms"), (188_200, "188 ms"), (999_400, "999 ms"),
      (4_100_000, "4.1 s"), (15_000_100, "15 s"),
    ] as [(Int64, String)])
  func `a duration keeps what can be told apart`(_ microseconds: Int64, _ text: String) {
    #expect(Words.duration(microseconds: microseconds) == text)
  }

  @Test(arguments: [
    (271, 20, "93.1 %"), (412, 0, "100 %"), (999_999, 1, "99.9 %"), (0, 3, "0 %"),
    (1, 5_000, "under 0.1 %"), (1, 1, "50 %"),
  ])
  func `a rate is rounded down, so that all means all`(
    _ delivered: Int, _ failed: Int, _ text: String
  ) {
    let health = WebhookHealth(
      hours: [.init(delivered: delivered, failed: failed)], lastSuccessAt: nil, failingSince: nil)

    #expect(Words.rate(health) == text)
  }

  @Test func `with nothing finished there is no rate and no picture`() throws {
    let health = WebhookHealth(hours: [], lastSuccessAt: nil, failingSince: nil)

    let part = try Markup(Sparkline(health: health).render().bytes)
    #expect(part.text(of: "p") == "None finished in 24 hours")
    #expect(part.elements("svg").isEmpty)
  }

  @Test func `the picture says the numbers that stand beside it`() throws {
    let hours = [WebhookHealth.Hour(delivered: 1_000, failed: 0), .init(delivered: 271, failed: 1)]
    let health = WebhookHealth(hours: hours, lastSuccessAt: nil, failingSince: nil)

    let part = try Markup(Sparkline(health: health).render().bytes)
    #expect(
      part.elements("svg")[0].attributes["aria-label"]
        == "1,271 delivered and 1 failed in the last 24 hours")
    #expect(part.text(of: "p") == "99.9 % delivered1,271 of 1,272")
  }

  @Test func `a single failure among thousands can be seen`() throws {
    let hours = [WebhookHealth.Hour(delivered: 90_000, failed: 1)]
    let health = WebhookHealth(hours: hours, lastSuccessAt: nil, failingSince: nil)

    let part = try Markup(Sparkline(health: health).render().bytes)
    let paths = part.elements("path").map { $0.attributes["d"] ?? "" }
    #expect(paths[2] == "M0 26v2h4v-2z")
  }

  @Test(arguments: [
    (TimeText.Form.minute, false, "24 Nov 2026, 14:05"),
    (.second, false, "24 Nov 2026, 14:05:07"), (.millisecond, false, "24 Nov 2026, 14:05:07.123"),
    (.second, true, "24 Nov, 14:05:07"),
  ])
  func `a time is told in UTC and carries itself for the script`(
    _ form: TimeText.Form, _ isShort: Bool, _ text: String
  ) throws {
    let moment = Timestamp(rfc3339: "2026-11-24T14:05:07.123456Z")!

    let html = TimeText(moment: moment, form: form, now: isShort ? moment : nil).html
    let part = try Markup(html.bytes)
    #expect(part.texts.joined() == text + " UTC")
    #expect(part.tags[0].attributes["datetime"] == "2026-11-24T14:05:07.123456Z")
    #expect(part.tags[0].attributes["data-form"] == form.rawValue)
  }
}

struct JSONTextTests {
  @Test func `each member has its line and nothing within strings changes`() {
    let json = #"{"a":1.0e+05,"b":{ },"c":[],"d":[true,{"e\"{,":"x: y, [z]\\"}],"ü":null}"#

    #expect(
      JSONText.indented(json) == #"""
        {
          "a": 1.0e+05,
          "b": {},
          "c": [],
          "d": [
            true,
            {
              "e\"{,": "x: y, [z]\\"
            }
          ],
          "ü": null
        }
        """#)
  }

  @Test(arguments: ["", "}", "]]]]", "{", "\"", "\"\\", "[[[[", "{]", "not json at all"])
  func `what is no JSON comes out in some shape`(_ text: String) {
    let shown = JSONText.indented(text)

    #expect(shown.filter { $0 != " " && $0 != "\n" } == text.filter { $0 != " " })
  }

  @Test func `hostile brackets do not grow without end`() {
    let brackets = String(repeating: "[", count: 10_000)

    #expect(JSONText.indented(brackets).utf8.count < 10_000 * 70)
  }
}
