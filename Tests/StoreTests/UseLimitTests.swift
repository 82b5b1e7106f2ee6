import Domain
import MariaDB
import Testing

@testable import Store

@Suite struct UseLimitTests {
  let fixture: Fixture
  let user: User
  let rate = Rate("10/m")!

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `ten in a minute are allowed, the eleventh waits for its share of it`() throws {
    for _ in 1...10 { #expect(try take() == .taken) }

    guard case .full(let seconds) = try take() else {
      Issue.record("the eleventh was taken")
      return
    }
    #expect((1...6).contains(seconds))
  }

  @Test func `each share of the minute gives one back, a whole minute all of them`() throws {
    for _ in 1...10 { _ = try take() }

    try pass(seconds: 6)
    #expect(try take() == .taken)
    #expect(try take() != .taken)

    try pass(seconds: 600)
    for _ in 1...10 { #expect(try take() == .taken) }
    #expect(try take() != .taken)
  }

  @Test func `what was refused counts for nothing`() throws {
    for _ in 1...100 { _ = try take() }

    try pass(seconds: 6)

    #expect(try take() == .taken)
  }

  @Test func `kinds and people are counted apart`() throws {
    for _ in 1...11 { _ = try take() }

    let other = try fixture.user("grace@example.com")
    #expect(try fixture.stores.uses.take(.testSend, of: user.id, rate: rate) == .taken)
    #expect(try fixture.stores.uses.take(.addressCheck, of: other.id, rate: rate) == .taken)
  }

  @Test func `of many at once as many are taken as the rate has`() throws {
    let (options, user, rate) = (fixture.options, user, rate)

    let answers = try inParallel(8) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      return try (1...4).map { _ in try stores.uses.take(.addressCheck, of: user.id, rate: rate) }
    }

    #expect(answers.joined().count { $0 == .taken } == 10)
  }

  @Test func `it goes with its user`() throws {
    _ = try take()

    try fixture.database.execute("DELETE FROM users WHERE id = \(user.id)")

    #expect(try fixture.number("SELECT COUNT(*) FROM use_limits") == 0)
  }

  private func take() throws -> UseLimit.Answer {
    try fixture.stores.uses.take(.addressCheck, of: user.id, rate: rate)
  }

  private func pass(seconds: Int) throws {
    try fixture.database.execute(
      "UPDATE use_limits SET free_at = free_at - INTERVAL \(seconds) SECOND")
  }
}
