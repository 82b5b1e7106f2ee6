import Domain
import MariaDB
import Testing

@testable import Store

/// Runs of the worker, as the pages tell of them.
@Suite struct WorkerRunTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture()
  }

  @Test func `the last time a worker was there is told`() throws {
    #expect(try fixture.stores.workers.lastSeen() == nil)
    let run = try begin()
    let begun = try #require(try fixture.stores.workers.lastSeen())

    try fixture.stores.workers.seen(run)
    let seen = try #require(try fixture.stores.workers.lastSeen())
    try fixture.stores.workers.end(run)
    let ended = try #require(try fixture.stores.workers.lastSeen())

    #expect(begun < seen && seen < ended)
    #expect(try fixture.number("SELECT COUNT(*) FROM workers WHERE stopped_at IS NOT NULL") == 1)
  }

  @Test func `runs older than a week are forgotten by the next`() throws {
    let run = try begin()
    try fixture.database.execute(
      "UPDATE workers SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 8 DAY WHERE id = \(run)")
    let recent = try begin()
    try fixture.database.execute(
      "UPDATE workers SET last_seen_at = UTC_TIMESTAMP(6) - INTERVAL 6 DAY WHERE id = \(recent)")
    _ = try begin()

    let runs = try fixture.database.query("SELECT id FROM workers") { row in try row.uuid() }
    #expect(runs.count == 2 && runs.contains(recent) && !runs.contains(run))
  }

  private func begin() throws -> UUID {
    try fixture.stores.workers.begin(host: "app1.example.com", processID: 4_711, version: "1.0.0")
  }
}
