import MariaDB
import Testing

@testable import Store

/// What the tables themselves refuse, whoever writes.
@Suite struct CheckTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture()
  }

  @Test func `a delivery whose columns contradict its status is refused`() {
    let rows = [
      ("pending", "NULL", "webhook_id", "NULL", "0"),
      ("pending", "NOW(6)", "NULL", "NULL", "0"),
      ("pending", "NOW(6)", "UUID()", "NULL", "0"),
      ("pending", "NOW(6)", "webhook_id", "NOW(6)", "0"),
      ("held", "NOW(6)", "NULL", "NULL", "0"),
      ("held", "NULL", "webhook_id", "NULL", "0"),
      ("held", "NULL", "NULL", "NOW(6)", "0"),
      ("held", "NULL", "NULL", "NULL", "1"),
      ("delivered", "NULL", "NULL", "NULL", "0"),
      ("delivered", "NOW(6)", "NULL", "NOW(6)", "0"),
      ("delivered", "NULL", "webhook_id", "NOW(6)", "0"),
      ("delivered", "NULL", "NULL", "NOW(6)", "1"),
      ("failed", "NULL", "NULL", "NULL", "0"),
      ("failed", "NOW(6)", "webhook_id", "NOW(6)", "0"),
    ]
    for (status, due, live, finished, inFlight) in rows {
      expectRefusal(
        """
        INSERT INTO webhook_deliveries
          (id, webhook_id, user_id, event_id, event_type, status, created_at,
           due_at, live_webhook_id, finished_at, in_flight)
        VALUES (UUID(), UUID(), UUID(), UUID(), 'lead.created', '\(status)', NOW(6),
                \(due), \(live), \(finished), \(inFlight))
        """)
    }
  }

  @Test func `a webhook that contradicts itself is refused`() {
    let rows = [
      ("'paused'", "NULL", "NOW(6)", "NULL", "NULL"),
      ("'paused'", "'user'", "NULL", "NULL", "NULL"),
      ("'active'", "'user'", "NULL", "NULL", "NULL"),
      ("'active'", "NULL", "NOW(6)", "NULL", "NULL"),
      ("'active'", "NULL", "NULL", "0", "NULL"),
      ("'active'", "NULL", "NULL", "65", "NULL"),
      ("'active'", "NULL", "NULL", "NULL", "0"),
      ("'active'", "NULL", "NULL", "NULL", "1001"),
    ]
    for (status, reason, pausedAt, maxInFlight, maxPerSecond) in rows {
      expectRefusal(
        """
        INSERT INTO webhooks
          (id, user_id, name, endpoint_url, listens_to_all, signature, ordered, version, created_at,
           updated_at, status, paused_reason, paused_at, max_in_flight, max_per_second)
        VALUES (UUID(), UUID(), 'CRM', 'https://example.com/', TRUE, 'v1', FALSE, 1, NOW(6), NOW(6),
                \(status), \(reason), \(pausedAt), \(maxInFlight), \(maxPerSecond))
        """)
    }
  }

  @Test func `a user has an address or is deleted`() {
    for (email, deleted) in [("NULL", "NULL"), ("'ada@example.com'", "NOW(6)")] {
      expectRefusal(
        """
        INSERT INTO users (id, email, role, status, created_at, deleted_at)
        VALUES (UUID(), \(email), 'user', 'active', NOW(6), \(deleted))
        """)
    }
  }

  @Test func `a name that is not that of an event type is refused`() {
    for name in ["Lead.created", "lead..x", ".lead", "lead.", "", "lead.x\\n", "lead.x ", "le\"ad"]
    {
      expectRefusal(
        """
        INSERT INTO event_types (name, description, group_name, example, position)
        VALUES ('\(name)', '', '', '{}', 1)
        """)
    }
  }

  /// The text is built from literals of this file alone, so it is run as a script.
  private func expectRefusal(_ statement: String) {
    let error = #expect(throws: DatabaseError.self, "\(statement)") {
      try fixture.database.run(script: statement)
    }
    #expect(error?.code == .checkConstraint, "\(statement)")
  }
}
