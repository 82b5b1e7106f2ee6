import Domain
import MariaDB
import TestSupport

@testable import Store

/// A database of one test's own, migrated and without people.
struct Fixture {
  private let lease: DatabasePool.Lease
  /// For what a test asks or arranges in SQL; the stores have another connection.
  let database: Database
  let stores: Stores

  var options: DatabaseOptions { lease.options }

  init(keys: KeyRing = Fixture.keys) throws {
    lease = try DatabasePool.lease()
    database = Database(lease.options)
    stores = Stores(Database(lease.options), seal: Seal(keys))
  }

  static let keys = KeyRing(primary: key(0x0102_0304, byte: 7))

  static func key(_ id: UInt32, byte: UInt8) -> KeyRing.Key {
    KeyRing.Key(
      id: id, status: .primary, madeAt: Timestamp(seconds: 0),
      bytes: [UInt8](repeating: byte, count: 32))
  }

  /// More stores, on a connection of their own.
  func moreStores(keys: KeyRing = Fixture.keys) -> Stores {
    Stores(Database(options), seal: Seal(keys))
  }

  func number(_ sql: SQL) throws -> Int {
    try database.first(sql) { row in try row.int() } ?? 0
  }

  func text(_ sql: SQL) throws -> String? {
    try database.first(sql) { row in try row.optionalText() } ?? nil
  }
}

extension Fixture {
  func user(_ email: String = "ada@example.com", role: User.Role = .user) throws -> User {
    try stores.users.add(email: email, role: role, passwordHash: nil, by: .command)
  }

  /// A webhook with a secret that is always the same.
  func webhook(
    of user: User, name: String = "CRM", events: EventSelection = .all, startsPaused: Bool = false,
    headers: [Attempt.Header] = [], maxInFlight: Int? = nil, maxPerSecond: Int? = nil,
    isOrdered: Bool = false, limit: Int = 100, form: FormTicket? = nil
  ) throws -> Webhook.ID {
    try stores.webhooks.create(
      Self.draft(
        name: name, events: events, startsPaused: startsPaused, headers: headers,
        maxInFlight: maxInFlight, maxPerSecond: maxPerSecond, isOrdered: isOrdered),
      for: user.id, limit: limit, form: form, by: .command)
  }

  static func draft(
    name: String = "CRM", events: EventSelection = .all, startsPaused: Bool = false,
    headers: [Attempt.Header] = [], maxInFlight: Int? = nil, maxPerSecond: Int? = nil,
    isOrdered: Bool = false
  ) throws -> WebhookDraft {
    WebhookDraft(
      name: name, endpointURL: "https://hooks.example.com/in", events: events,
      startsPaused: startsPaused, secret: try Secret(.v1, bytes: secretBytes), headers: headers,
      maxInFlight: maxInFlight, maxPerSecond: maxPerSecond, isOrdered: isOrdered)
  }

  static let secretBytes = Array("a secret of 24 bytes, ok".utf8)

  func change(_ webhook: Webhook.ID, of user: User, _ edit: (inout WebhookChange) -> Void) throws {
    var change = WebhookChange()
    edit(&change)
    try stores.webhooks.change(webhook, of: user.id, to: change, by: .command)
  }

  static func event(_ type: String = "lead.created", for user: User, data: String = "{}")
    -> NewEvent
  {
    let now = currentTime()
    return NewEvent(
      user: user, type: type, timestamp: now,
      body: Event.body(type: type, timestamp: now, data: Array(data.utf8)))
  }

  /// Emits so many events in one batch.
  @discardableResult
  func emit(_ count: Int = 1, _ type: String = "lead.created", for user: User) throws -> [Emitted] {
    let events = (0..<count).map { Self.event(type, for: user, data: #"{"number":\#($0)}"#) }
    let emitted = try stores.events.emit(events)
    return emitted
  }
}

extension Fixture {
  /// The procedures of grants.sql, which the server's root makes after a migration.
  func addAuditRoutines() throws {
    // The accounts that it names.
    _ = try Accounts.shared()
    let lines = SQLFile.text(of: "grants.sql").split(
      separator: "\n", omittingEmptySubsequences: false)
    let wanted = lines.drop { !$0.hasPrefix("-- What nobody else may") }
      .prefix { !$0.hasPrefix("-- EXECUTE on everything") }
    try database.run(script: wanted.joined(separator: "\n"))
  }
}
