import Domain
import MariaDB
import Testing

@testable import Store

/// A host's open transaction around `CALL emit_event` makes nobody wait. Our connections here give
/// up at once where they would have to.
@Suite struct HostTransactionTests {
  enum Isolation: CaseIterable { case readCommitted, repeatableRead }

  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID
  let host: Database

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
    host = Database(fixture.options)
    try fixture.stores.database.execute("SET SESSION innodb_lock_wait_timeout = 0")
  }

  @Test(arguments: Isolation.allCases)
  func `a page's changes do not wait`(isolation: Isolation) throws {
    try duringHostTransaction(isolation) {
      try fixture.change(webhook, of: user) { $0.name = "Other" }
      try fixture.change(webhook, of: user) { $0.events = .chosen(["lead.created"]) }
      let made = try fixture.webhook(of: user)
      try fixture.stores.webhooks.delete(made, of: user.id, by: .command)
      try fixture.change(webhook, of: user) { $0.isActive = false }
      try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command)
      try fixture.stores.users.setStatus(.active, of: user.id, by: .command)
      try fixture.emit(for: user)
      // The host found the user by this address.
      try fixture.stores.database.execute(
        "UPDATE users SET email = 'grace@example.com' WHERE id = \(user.id)")
    }
  }

  @Test(arguments: Isolation.allCases)
  func `the worker's claim and record do not wait`(isolation: Isolation) throws {
    try fixture.emit(40, for: user)
    try duringHostTransaction(isolation) {
      #expect(try fixture.stores.queue.dueWebhooks().map(\.id) == [webhook])
      let claimed = try fixture.claim(webhook)
      #expect(claimed.count == 40)
      let outcomes: [Outcome] = [.success(status: 200), .failure(.timeout)]
      for batch in [claimed[..<1], claimed[1..<3], claimed[3..<30]] {
        try fixture.record(
          batch.enumerated().map { Fixture.report($1, outcomes[$0 % 2]) })
      }
      try fixture.stores.queue.giveBack(claimed[30...].map { ($0.id, $0.leaseNumber) })
    }
  }

  @Test(arguments: [1, 2, 5, 12, 40, 100])
  func `recording the results of a whole queue does not wait, whatever its length`(count: Int)
    throws
  {
    try fixture.emit(count, for: user)
    try duringHostTransaction(.readCommitted) {
      let claimed = try fixture.claim(webhook, upTo: count)
      #expect(claimed.count == count)
      try fixture.record(claimed.map { Fixture.report($0, .success(status: 200)) })
    }
  }

  @Test(arguments: Isolation.allCases)
  func `a claim of what a dead worker left does not wait`(isolation: Isolation) throws {
    try fixture.emit(40, for: user)
    _ = try fixture.claim(webhook)
    try fixture.endLeases()
    try duringHostTransaction(isolation) {
      let claimed = try fixture.claim(webhook)
      #expect(claimed.count == 40)
    }
  }

  @Test(arguments: Isolation.allCases)
  func `moving what is held does not wait, and what comes late is moved later`(
    isolation: Isolation
  ) throws {
    try fixture.emit(5, for: user)
    try duringHostTransaction(isolation) {
      try fixture.change(webhook, of: user) { $0.isActive = false }
      #expect(try clear() == 5)
      #expect(try clear() == 0)
    }

    // The host's snapshot was older than the pause.
    #expect(try fixture.deliveries().map(\.status).filter { $0 == .pending }.count == 1)
    #expect(try clear() == 1)
    #expect(try fixture.deliveries().allSatisfy { $0.status == .held })
  }

  @Test(arguments: Isolation.allCases)
  func `dropping what waits for a deleted webhook does not wait`(isolation: Isolation) throws {
    try fixture.emit(5, for: user)
    try duringHostTransaction(isolation) {
      try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)
      #expect(try clear() == 5)
    }

    #expect(try clear() == 1)
    #expect(try fixture.deliveries().allSatisfy { $0.error == .dropped })
  }

  @Test(arguments: Isolation.allCases)
  func `nobody waits for a trigger of the host either`(isolation: Isolation) throws {
    try host.run(
      script: """
        CREATE TABLE leads (name VARCHAR(50));
        CREATE TRIGGER lead_added AFTER INSERT ON leads FOR EACH ROW
        BEGIN
          CALL emit_event(user_id('ada@example.com'), 'lead.created', NEW.name);
        END
        """)
    try duringHostTransaction(isolation, "INSERT INTO leads VALUES ('{}')") {
      try fixture.change(webhook, of: user) { $0.events = .chosen(["lead.created"]) }
      _ = try fixture.webhook(of: user)
      try fixture.emit(for: user)
      let claimed = try fixture.claim(webhook)
      try fixture.record(claimed.map { Fixture.report($0, .init(status: 410)) })
      #expect(claimed.count == 1)
    }
  }

  private func clear() throws -> Int {
    try fixture.stores.queue.liveWebhooks().stopped.reduce(0) {
      try $0 + fixture.stores.queue.clear($1, leaseSeconds: 60)
    }
  }

  /// Between the host's call and its commit.
  private func duringHostTransaction(
    _ isolation: Isolation, _ call: SQL? = nil, _ body: () throws -> Void
  ) throws {
    switch isolation {
    case .readCommitted:
      try host.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")
    case .repeatableRead:
      try host.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    }
    try host.transaction {
      try host.execute(
        call ?? "CALL emit_event(user_id('ada@example.com'), 'lead.created', '{}')")
      try body()
    }
  }
}
