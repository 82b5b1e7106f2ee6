import Domain
import Glibc
import MariaDB
import Testing

@testable import Store

/// `Idempotency-Key`: a request sent again is answered again and sends nothing.
@Suite struct IdempotencyTests {
  let fixture: Fixture
  let user: User
  private let apiKey = UUID(high: 1, low: 2)

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    _ = try fixture.webhook(of: user)
  }

  @Test func `the same request again gets the first answer and sends nothing`() throws {
    #expect(try emit(request: "a", answer: "first") == "emitted")
    #expect(try emit(request: "a", answer: "second") == "repeated first")
    #expect(try emit(request: "a", answer: "third") == "repeated first")

    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 1)
    #expect(try fixture.deliveries().count == 1)
  }

  @Test func `another request with the same key is told so`() throws {
    _ = try emit(request: "a")

    #expect(try emit(request: "b") == "reused")
    #expect(try emit(request: "a", answer: "later") == "repeated first")
    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 1)
  }

  @Test func `the same key of another API key is another key`() throws {
    _ = try emit(request: "a")

    #expect(try emit(request: "b", apiKey: UUID(high: 1, low: 3)) == "emitted")
    #expect(try emit(request: "c", key: "other") == "emitted")
  }

  @Test func `while the first is running, the second is told so, without waiting`() throws {
    let second = fixture.moreStores()
    // So long that a wait is seen.
    try second.database.execute("SET SESSION innodb_lock_wait_timeout = 10")
    let clock = ContinuousClock()
    var answers: [String] = []
    var waited = Duration.zero

    _ = try fixture.stores.events.emit([Fixture.event(for: user)], once: key("key", "a")) { _ in
      // Inside the first one's transaction.
      waited = clock.measure {
        answers = ["a", "b"].map { (try? emit(request: $0, by: second)) ?? "failed" }
      }
      return Array("first".utf8)
    }

    #expect(answers == ["running", "running"])
    #expect(waited < .seconds(10))
    #expect(try emit(request: "a", by: second) == "repeated first")
  }

  @Test func `a request that failed leaves its key free`() throws {
    let tooLong = Fixture.event(String(repeating: "x", count: 51), for: user)
    #expect(throws: DatabaseError.self) {
      try fixture.stores.events.emit([tooLong], once: key("key", "a"), answer: { _ in [] })
    }

    #expect(try emit(request: "b") == "emitted")
  }

  @Test func `a request whose connection died leaves its key free`() throws {
    let dying = fixture.moreStores()
    let id = try #require(
      try dying.database.first("SELECT CONNECTION_ID()") { row in try row.int() })

    #expect(throws: DatabaseError.self) {
      try dying.events.emit([Fixture.event(for: user)], once: key("key", "a")) { _ in
        try? fixture.database.run(script: "KILL \(id)")
        return []
      }
    }

    // The server undoes it as soon as it notices.
    var answer = try emit(request: "b")
    for _ in 0..<500 where answer == "running" {
      usleep(10_000)
      answer = try emit(request: "b")
    }
    #expect(answer == "emitted")
    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 1)
  }

  @Test func `a key is free again after 24 hours, not before`() throws {
    _ = try emit(request: "a")

    try age("23:59:50")
    #expect(try emit(request: "b") == "reused")
    try age("24:00:01")
    #expect(try emit(request: "b", answer: "new") == "emitted")
    #expect(try emit(request: "b") == "repeated new")
    #expect(try emit(request: "a") == "reused")
  }

  @Test func `an answer may be large`() throws {
    let large = String(repeating: "x", count: 200_000)
    _ = try emit(request: "a", answer: large)

    #expect(try emit(request: "a") == "repeated " + large)
  }

  private func key(_ key: String, _ request: String, apiKey: UUID? = nil) -> IdempotencyKey {
    IdempotencyKey(apiKey: apiKey ?? self.apiKey, key: key, request: Array(request.utf8))
  }

  private func emit(
    request: String, key name: String = "key", apiKey: UUID? = nil, answer: String = "first",
    by stores: Stores? = nil
  ) throws -> String {
    let result = try (stores ?? fixture.stores).events.emit(
      [Fixture.event(for: user)], once: key(name, request, apiKey: apiKey),
      answer: { _ in Array(answer.utf8) })
    return switch result {
    case .emitted: "emitted"
    case .repeated(let answer): "repeated " + String(decoding: answer, as: UTF8.self)
    case .keyReused: "reused"
    case .stillRunning: "running"
    }
  }

  private func age(_ age: String) throws {
    try fixture.database.execute(
      """
      UPDATE idempotency_keys SET created_at = SUBTIME(UTC_TIMESTAMP(6), \(age))
       WHERE api_key_id = \(apiKey)
      """)
  }
}
