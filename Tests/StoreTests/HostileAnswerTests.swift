import Domain
import MariaDB
import Testing

@testable import Store

/// Whatever a receiver sends, the result goes on record.
@Suite struct HostileAnswerTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  @Test func `a body of any bytes is kept as it came`() throws {
    let bodies: [[UInt8]] = [
      [0, 0, 0], [0xFF, 0xFE, 0xC3, 0x28, 0xED, 0xA0, 0x80], Array("'\"\\;-- \u{10FFFF}".utf8),
      [UInt8](repeating: 0xFF, count: Attempt.bodyLimitBytes), [],
    ]
    for body in bodies {
      #expect(try recorded(body: body).responseBody == body)
    }
  }

  @Test func `a longer body is cut at 16 KiB`() throws {
    let body = [UInt8](repeating: 1, count: 5 << 20)

    #expect(try recorded(body: body).responseBody.count == Attempt.bodyLimitBytes)
  }

  @Test func `headers of any characters come back as they came`() throws {
    let headers = [
      Attempt.Header("x-nul", "a\0b"), .init("x-quote", "\"\\\u{7F}\u{1}\r\n\t"),
      .init("x-emoji", "😀\u{10FFFF}\u{FFFD}"), .init("", ""), .init("x-nul", "again"),
    ]

    #expect(try recorded(headers: headers).responseHeaders == headers)
  }

  @Test func `headers without end are kept from the first as far as there is room`() throws {
    // A control character takes six bytes where it is kept.
    let long = String(repeating: "\u{1}", count: 1 << 20)
    let headers = [Attempt.Header("x-first", "1"), .init("x-long", long), .init("x-last", "2")]
    let many = (0..<100_000).map { Attempt.Header("x-\($0)", "value") }

    #expect(try recorded(headers: headers).responseHeaders == [headers[0]])
    let kept = try recorded(headers: many).responseHeaders
    #expect(kept.count > 1_000 && kept == Array(many[..<kept.count]))
  }

  @Test func `a status of any number is kept`() throws {
    for status in [0, 99, 100, 600, 999, 65_535] {
      #expect(try recorded(.init(status: status)).responseStatus == status)
    }
  }

  @Test func `parts that took absurdly long are kept`() throws {
    let timings = Attempt.Timings(total: .max, dns: -1, connect: 1 << 32, tls: 0)

    let kept = try recorded(timings: timings).timings

    #expect(kept == .init(total: 4_294_967_295, dns: 0, connect: 4_294_967_295, tls: 0))
  }

  /// More than fits into one packet of the server (max_allowed_packet, 16 MiB).
  @Test func `five hundred large answers in one batch go on record`() throws {
    try fixture.emit(500, for: user)
    let body = [UInt8](repeating: 0xFF, count: Attempt.bodyLimitBytes)
    let headers = [Attempt.Header("x-long", String(repeating: "\u{1}", count: 20_000))]
    let reports = try fixture.claim(webhook, upTo: 500).map {
      Fixture.report($0, .init(status: 500), headers: headers, body: body)
    }

    try fixture.record(reports)

    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_attempts") == 500)
    #expect(
      try fixture.number("SELECT MIN(LENGTH(response_headers)) FROM webhook_attempts") > 120_000)
    #expect(try fixture.deliveries().allSatisfy { $0.scheduleStep == 1 && !$0.isInFlight })
  }

  private func recorded(
    _ outcome: Outcome = .success(status: 200), timings: Attempt.Timings = .init(),
    headers: [Attempt.Header] = [], body: [UInt8] = []
  ) throws -> Attempt {
    try fixture.emit(for: user)
    let claimed = try #require(try fixture.claim(webhook).first)
    try fixture.record([
      Fixture.report(claimed, outcome, timings: timings, headers: headers, body: body)
    ])
    return try #require(try fixture.attempts(of: claimed.id, user: user).last)
  }
}
