import Domain
import MariaDB
import Testing

@testable import Store

/// Chores, and that one worker at a time does each.
@Suite struct ChoreTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture()
  }

  private var chores: ChoreStore { fixture.stores.chores }

  @Test func `every chore is due at first`() throws {
    #expect(Set(try chores.due()) == Set(Chore.allCases))
    #expect(Set(try chores.due()) == Set(Chore.allCases))
    #expect(
      try fixture.number("SELECT COUNT(*) FROM chores") == Chore.allCases.count)
  }

  @Test func `one of many workers gets a chore`() throws {
    _ = try chores.due()
    let options = fixture.options

    let leases = try inParallel(4) { _, gate in
      let chores = ChoreStore(database: Database(options))
      gate.wait()
      return try chores.take(.deliveries, leaseSeconds: 60) != nil
    }

    #expect(leases.filter { $0 }.count == 1)
    #expect(try !chores.due().contains(.deliveries))
    #expect(try chores.take(.events, leaseSeconds: 60) != nil)
  }

  @Test func `the next goes on where the last one was when its lease ended`() throws {
    _ = try chores.due()
    var first = try #require(try chores.take(.events, leaseSeconds: 0))
    first.cursor = UUID(high: 5, low: 6)
    #expect(try chores.advance(first, leaseSeconds: 0))

    let second = try #require(try chores.take(.events, leaseSeconds: 60))
    #expect(second.cursor == first.cursor)

    first.cursor = UUID(high: 7, low: 8)
    #expect(try chores.advance(first, leaseSeconds: 60) == false)
    try chores.end(first, dueAfter: .zero)
    #expect(try chores.take(.events, leaseSeconds: 60) == nil)
    try chores.end(second, dueAfter: .zero)
    #expect(try chores.take(.events, leaseSeconds: 60)?.cursor == second.cursor)
  }

  @Test func `a chore that was done is due when its time has come`() throws {
    _ = try chores.due()
    let lease = try #require(try chores.take(.audit, leaseSeconds: 60))
    try chores.end(lease, dueAfter: Interval(seconds: 3_600))
    #expect(try chores.take(.audit, leaseSeconds: 60) == nil)

    try fixture.database.execute("UPDATE chores SET due_at = due_at - INTERVAL 1 HOUR")

    #expect(try chores.due().contains(.audit))
    #expect(try chores.take(.audit, leaseSeconds: 60) != nil)
  }
}
