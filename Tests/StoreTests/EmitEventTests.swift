import Domain
import MariaDB
import Testing

@testable import Store

/// What a host may rely on when it calls `emit_event` (contract.md section 6).
@Suite struct EmitEventTests {
  let fixture: Fixture
  let user: User
  let host: Database

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    host = Database(fixture.options)
  }

  @Test func `an unknown user is named`() throws {
    let deleted = try fixture.user("gone@example.com")
    try host.execute("UPDATE users SET email = NULL, deleted_at = NOW(6) WHERE id = \(deleted.id)")
    for call: SQL in [
      "CALL emit_event(UUID(), 'lead.created', '{}')",
      "CALL emit_event(NULL, 'lead.created', '{}')",
      "CALL emit_event(user_id('nobody@example.com'), 'lead.created', '{}')",
      "CALL emit_event(\(deleted.id), 'lead.created', '{}')",
    ] {
      expectSignal(call, "user_id: no such user")
    }
  }

  @Test func `an unknown type is named`() {
    for type in ["lead.lost", "", "LEAD.CREATED", "lead.created ", "lead.create_", "%"] {
      expectSignal("CALL emit_event(\(user.id), \(type), '{}')", "type: no such event type")
    }
    expectSignal("CALL emit_event(\(user.id), NULL, '{}')", "type: no such event type")
  }

  @Test func `bad data is named`() {
    let nested = BothWays.nested(31)
    let large = BothWays.filling(262_145)
    expectSignal("CALL emit_event(\(user.id), 'lead.created', NULL)", "data: not valid JSON")
    expectSignal("CALL emit_event(\(user.id), 'lead.created', '{')", "data: not valid JSON")
    expectSignal("CALL emit_event(\(user.id), 'lead.created', '[]')", "data: not a JSON object")
    expectSignal(
      "CALL emit_event(\(user.id), 'lead.created', \(nested))",
      "data: more than 30 arrays and objects within each other")
    expectSignal(
      "CALL emit_event(\(user.id), 'lead.created', \(large))",
      "data: the event's body is over 256 KiB")
  }

  @Test func `MariaDB itself refuses what is no UUID, a longer type, and no UTF-8`() {
    let long = String(repeating: "x", count: 51)
    let half: [UInt8] = Array(#"{"a":""#.utf8) + [0xC3] + Array(#""}"#.utf8)
    expectRefusal("CALL emit_event('ada', 'lead.created', '{}')", "22007")
    expectRefusal("CALL emit_event(\(user.id), \(long), '{}')", "22001")
    expectRefusal("CALL emit_event(\(user.id), 'lead.created', \(half))", "22007")
  }

  @Test func `what is rolled back was never emitted`() throws {
    _ = try fixture.webhook(of: user)
    struct ChangedMind: Error {}

    #expect(throws: ChangedMind.self) {
      try host.transaction {
        try host.execute("CALL emit_event(\(user.id), 'lead.created', '{}')")
        throw ChangedMind()
      }
    }

    #expect(try fixture.number("SELECT COUNT(*) FROM events") == 0)
    #expect(try fixture.deliveries() == [])
  }

  @Test func `several calls in one transaction are delivered in their order`() throws {
    _ = try fixture.webhook(of: user)
    let numbers = Array(1...20)

    try host.transaction {
      for number in numbers {
        let data = #"{"number":\#(number)}"#
        try host.execute("CALL emit_event(\(user.id), 'lead.created', \(data))")
      }
    }

    let sent = try fixture.database.query(
      """
      SELECT JSON_VALUE(e.body, '$.data.number')
        FROM webhook_deliveries AS d JOIN events AS e ON e.id = d.event_id ORDER BY d.id
      """
    ) { row in try row.text() }
    #expect(sent == numbers.map(String.init))
  }

  @Test func `a trigger may call it, and a failed call undoes the host's statement`() throws {
    _ = try fixture.webhook(of: user)
    try host.run(
      script: """
        CREATE TABLE leads (name VARCHAR(50));
        CREATE TRIGGER lead_added AFTER INSERT ON leads FOR EACH ROW
        BEGIN
          CALL emit_event(user_id('ada@example.com'), 'lead.created', NEW.name);
        END
        """)

    try host.execute(#"INSERT INTO leads VALUES ('{"name":"Grace"}')"#)
    expectSignal("INSERT INTO leads VALUES ('not JSON')", "data: not valid JSON")

    #expect(try fixture.number("SELECT COUNT(*) FROM leads") == 1)
    #expect(try fixture.deliveries().map(\.status) == [.pending])
  }

  @Test func `the host's own settings of the session change nothing`() throws {
    _ = try fixture.webhook(of: user)
    try host.run(
      script: """
        SET SESSION sql_mode = 'ANSI,ORACLE,NO_BACKSLASH_ESCAPES,SIMULTANEOUS_ASSIGNMENT';
        SET SESSION time_zone = '+09:00', lc_time_names = 'ja_JP', group_concat_max_len = 4;
        SET NAMES latin1
        """)

    try host.run(
      script: "CALL emit_event(user_id('ADA@example.com'), 'lead.created', '{\"é\": 1}')")

    let event = try fixture.database.first("SELECT timestamp, body FROM events") { row in
      (timestamp: try row.timestamp(), body: try row.bytes())
    }
    let now = try fixture.stores.queue.databaseTime()
    let found = try #require(event)
    #expect(abs(now.microseconds - found.timestamp.microseconds) < 60_000_000)
    // The client said latin1 and sent two bytes, so two characters they are.
    #expect(
      found.body
        == Event.body(
          type: "lead.created", timestamp: found.timestamp, data: Array(#"{"Ã©":1}"#.utf8)))
  }

  @Test func `a user is found by the address in any case`() throws {
    let deleted = try fixture.user("gone@example.com")
    try host.execute("UPDATE users SET email = NULL, deleted_at = NOW(6) WHERE id = \(deleted.id)")

    #expect(try id("ada@example.com") == user.id)
    #expect(try id("ADA@Example.COM") == user.id)
    for name in ["", "ada", "ada@example.com ", "gone@example.com", "%", "ádá@example.com"] {
      #expect(try id(name) == nil, "\(name)")
    }
    #expect(try fixture.text("SELECT user_id(NULL)") == nil)
    expectRefusal("SELECT user_id(REPEAT('x', 255))", "22001")
  }

  private func id(_ name: String) throws -> User.ID? {
    try fixture.text("SELECT user_id(\(name))").flatMap { User.ID($0) }
  }

  private func expectSignal(_ call: SQL, _ message: String) {
    let error = #expect(throws: DatabaseError.self) { try host.execute(call) }
    #expect(error?.code == .signal)
    #expect(error?.sqlState == "45000")
    #expect(error?.message == message)
  }

  private func expectRefusal(_ call: SQL, _ sqlState: String) {
    let error = #expect(throws: DatabaseError.self) { try host.execute(call) }
    #expect(error?.sqlState == sqlState)
  }
}
