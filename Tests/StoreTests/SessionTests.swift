import Domain
import MariaDB
import Testing

@testable import Store

/// Signed-in browsers.
@Suite struct SessionTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user(role: .administrator)
  }

  @Test func `a session is found by its token alone`() throws {
    let (session, token) = try open()

    let found = try #require(try find(token))

    #expect(found.id == session.id)
    #expect(found.user.id == user.id && found.user.email == user.email)
    #expect(found.user.role == .administrator)
    #expect(token.count == 32)
    #expect(try state([UInt8](repeating: 0, count: 32)) == "unknown")
    #expect(try state([]) == "unknown")
    #expect(
      try fixture.number("SELECT COUNT(*) FROM sessions WHERE token_hash = \(token)") == 0)
  }

  @Test func `a session ends seven days after it was opened, however busy`() throws {
    let (_, token) = try open()

    try fixture.database.execute(
      "UPDATE sessions SET expires_at = expires_at - INTERVAL 604790 SECOND")
    #expect(try state(token) == "open")
    try fixture.database.execute("UPDATE sessions SET expires_at = expires_at - INTERVAL 11 SECOND")
    #expect(try state(token) == "ended")
  }

  @Test func `a session ends after twelve hours without a visit, and a visit starts them anew`()
    throws
  {
    let (_, token) = try open()

    try leave("11:59:50")
    #expect(try state(token) == "open")
    try leave("11:59:50")
    #expect(try state(token) == "open")
    try leave("12:00:01")
    #expect(try state(token) == "ended")
    #expect(try state(token) == "ended")
  }

  @Test func `a visit is noted to the minute, so that not every request writes`() throws {
    let (_, token) = try open()
    try leave("00:00:50")
    _ = try state(token)
    #expect(try secondsSinceVisit() >= 50)

    try leave("00:01:01")
    _ = try state(token)
    #expect(try secondsSinceVisit() < 50)
  }

  @Test func `disabling a user ends all sessions, and a new one is not found`() throws {
    _ = try fixture.user("other@example.com", role: .administrator)
    let (_, token) = try open()
    try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command)
    #expect(try state(token) == "unknown")

    let (_, later) = try open()
    #expect(try state(later) == "unknown")
    try fixture.stores.users.setStatus(.active, of: user.id, by: .command)
    #expect(try state(token) == "unknown")
    #expect(try state(later) == "open")
  }

  @Test func `a deleted user's session is not found`() throws {
    let (_, token) = try open()
    try fixture.database.execute("UPDATE users SET email = NULL, deleted_at = NOW(6)")

    #expect(try state(token) == "unknown")
  }

  @Test func `signing out ends this session and no other`() throws {
    let (session, token) = try open()
    let (_, other) = try open()

    try fixture.stores.sessions.end(session, by: .command)

    #expect(try state(token) == "unknown")
    #expect(try state(other) == "open")
    let actions = try fixture.database.query(
      "SELECT action FROM audit_log WHERE action LIKE 'session.%' ORDER BY id"
    ) { row in try row.text() }
    #expect(actions == ["session.opened", "session.opened", "session.ended"])
  }

  @Test func `a browser may call itself what it likes`() throws {
    let names = [
      "", String(repeating: "x", count: 70_000), "NUL \0 and \u{10FFFF}",
      // One character to Swift, a thousand to MariaDB.
      "e" + String(repeating: "\u{301}", count: 1_000),
      String(repeating: "👩‍👩‍👧‍👦", count: 200),
    ]
    for name in names {
      let (_, token) = try fixture.stores.sessions.open(
        for: user, address: "2001:db8:ffff:ffff:ffff:ffff:255.255.255.255", userAgent: name,
        by: .command)
      #expect(try state(token) == "open")
    }
  }

  @Test func `what is over is removed, what is not stays`() throws {
    let (_, token) = try open()
    _ = try open()
    try fixture.database.execute(
      """
      UPDATE sessions SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 25 HOUR
       WHERE token_hash <> UNHEX(SHA2(\(token), 256))
      """)

    _ = try fixture.stores.sessions.removeEnded(rows: 1_000)

    #expect(try fixture.number("SELECT COUNT(*) FROM sessions") == 1)
    #expect(try state(token) == "open")
  }

  private func open() throws -> (session: Session, token: [UInt8]) {
    try fixture.stores.sessions.open(
      for: user, address: "203.0.113.7", userAgent: "Firefox", by: .command)
  }

  private func find(_ token: [UInt8]) throws -> Session? {
    if case .open(let session) = try fixture.stores.sessions.find(token: token) {
      session
    } else {
      nil
    }
  }

  private func state(_ token: [UInt8]) throws -> String {
    switch try fixture.stores.sessions.find(token: token) {
    case .open: "open"
    case .ended: "ended"
    case .unknown: "unknown"
    }
  }

  private func leave(_ time: String) throws {
    try fixture.database.execute("UPDATE sessions SET last_seen_at = SUBTIME(NOW(6), \(time))")
  }

  private func secondsSinceVisit() throws -> Int {
    try fixture.number("SELECT TIMESTAMPDIFF(SECOND, last_seen_at, UTC_TIMESTAMP(6)) FROM sessions")
  }
}
