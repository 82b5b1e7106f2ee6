import Domain
import MariaDB
import Testing

@testable import Store

/// Roles, invitations, links and sessions: who may come in, and how that ends.
@Suite struct PeopleTests {
  let fixture: Fixture
  private let ada = EmailAddress("ada@example.com")!

  init() throws {
    fixture = try Fixture()
  }

  private var users: UserStore { fixture.stores.users }
  private var links: LinkStore { fixture.stores.links }

  @Test func `the last active administrator is neither demoted, disabled nor deleted`() throws {
    let last = try fixture.user("a@example.com", role: .administrator)
    let disabled = try fixture.user("b@example.com", role: .administrator)
    try users.setStatus(.disabled, of: disabled.id, by: .command)
    _ = try links.invite(ada, role: .administrator, mailing: nil, by: .command)

    #expect(throws: StoreError.lastAdministrator) {
      try users.setRole(.user, was: .administrator, of: last.id, by: .command)
    }
    #expect(throws: StoreError.lastAdministrator) {
      try users.setStatus(.disabled, of: last.id, by: .command)
    }
    #expect(throws: StoreError.lastAdministrator) { try users.delete(last.id, by: .command) }

    try users.setStatus(.active, of: disabled.id, by: .command)
    try users.delete(last.id, by: .command)
  }

  @Test func `two administrators who demote each other at once leave one`() throws {
    for round in 1...5 {
      let pair = try ["a\(round)@example.com", "b\(round)@example.com"].map {
        try fixture.user($0, role: .administrator).id
      }
      let options = fixture.options

      let refused = try inParallel(2) { index, gate in
        let stores = Stores(Database(options), seal: Seal(Fixture.keys))
        _ = try stores.queue.databaseTime()
        gate.wait()
        do {
          if round.isMultiple(of: 2) {
            try stores.users.setStatus(.disabled, of: pair[1 - index], by: .command)
          } else {
            try stores.users.setRole(.user, was: .administrator, of: pair[1 - index], by: .command)
          }
          return false
        } catch StoreError.lastAdministrator {
          return true
        }
      }

      #expect(refused.count { $0 } == 1)
      let left = try fixture.number(
        "SELECT COUNT(*) FROM users WHERE role = 'administrator' AND status = 'active'")
      #expect(left == 1)
      try fixture.database.execute("UPDATE users SET role = 'user'")
    }
  }

  @Test func `a role that somebody changed meanwhile is not overwritten`() throws {
    let user = try fixture.user()
    try users.setRole(.administrator, was: .user, of: user.id, by: .command)
    _ = try fixture.user("b@example.com", role: .administrator)

    try users.setRole(.administrator, was: .user, of: user.id, by: .command)
    #expect(try audited("user.role_changed") == 1)
    try fixture.database.execute("UPDATE users SET role = 'user' WHERE id = \(user.id)")
    #expect(throws: StoreError.versionConflict) {
      try users.setRole(.administrator, was: .administrator, of: user.id, by: .command)
    }
  }

  @Test func `an invitation sets a password once, and ends what was open`() throws {
    let (user, token) = try links.invite(ada, role: .user, mailing: nil, by: .command)
    #expect(try users.listed(user.id).state == .invited)
    guard case .open(let found, let link) = try links.find(token) else {
      Issue.record("not open")
      return
    }
    #expect(found.id == user.id && link.kind == .invitation)
    for _ in 1...6 {
      try fixture.stores.throttle.recordFailure(.account(email: ada.text), by: .command)
    }
    _ = try fixture.session(of: user)

    try links.use(token, passwordHash: "hash", from: "::1")

    #expect(try users.passwordHash(of: user.id) == "hash")
    #expect(try users.listed(user.id).state == .active)
    #expect(try fixture.number("SELECT COUNT(*) FROM sessions") == 0)
    #expect(try fixture.stores.throttle.secondsBlocked(.account(email: ada.text)) == nil)
    #expect(throws: StoreError.notFound) { try links.use(token, passwordHash: "2", from: "::1") }
    #expect(try isEnded(token))
    #expect(try audited("user.password_set") == 1)
    #expect(try links.open(of: user.id) == nil)
  }

  @Test func `a link is used by one of many who try at once`() throws {
    let (_, token) = try links.invite(ada, role: .user, mailing: nil, by: .command)
    let options = fixture.options

    let used = try inParallel(4) { index, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      do {
        try stores.links.use(token, passwordHash: "hash\(index)", from: "::1")
        return true
      } catch StoreError.notFound {
        return false
      }
    }

    #expect(used.count { $0 } == 1)
  }

  @Test func `a newer link, the end of its time, and disabling end a link`() throws {
    let (user, first) = try links.invite(ada, role: .user, mailing: nil, by: .command)
    let second = try links.renew(for: user.id, mailing: nil, by: .command)
    #expect(try isEnded(first) && !isEnded(second))

    try fixture.database.execute("UPDATE one_time_links SET expires_at = UTC_TIMESTAMP(6)")
    #expect(try isEnded(second))
    #expect(throws: StoreError.notFound) { try links.use(second, passwordHash: "x", from: "::1") }

    let third = try links.renew(for: user.id, mailing: nil, by: .command)
    try users.setStatus(.disabled, of: user.id, by: .command)
    #expect(try isEnded(third))
    #expect(throws: StoreError.notFound) { try links.use(third, passwordHash: "x", from: "::1") }
    #expect(throws: StoreError.notFound) {
      try links.renew(for: user.id, mailing: nil, by: .command)
    }
  }

  @Test func `a reset is for half an hour, an invitation for a week`() throws {
    let user = try fixture.user()
    _ = try links.renew(for: user.id, mailing: nil, by: .command)
    #expect(try links.open(of: user.id)?.kind == .reset)
    #expect(try minutesLeft() == 30)

    try fixture.database.execute("UPDATE users SET invited_at = UTC_TIMESTAMP(6)")
    _ = try links.renew(for: user.id, mailing: nil, by: .command)
    #expect(try minutesLeft() == 7 * 24 * 60)
  }

  @Test func `a cancelled invitation frees the address, an accepted one is not cancelled`() throws {
    let (user, token) = try links.invite(ada, role: .user, mailing: nil, by: .command)
    #expect(throws: StoreError.duplicate) {
      try links.invite(ada, role: .user, mailing: nil, by: .command)
    }

    try users.cancelInvitation(of: user.id, by: .command)
    #expect(try isEnded(token))
    let (again, second) = try links.invite(ada, role: .user, mailing: nil, by: .command)
    try links.use(second, passwordHash: "x", from: "::1")
    #expect(throws: StoreError.notFound) {
      try users.cancelInvitation(of: again.id, by: .command)
    }
  }

  @Test func `neither the link nor its mail is readable in the database`() throws {
    let (user, token) = try links.invite(
      ada, role: .user, mailing: { "https://us.example/welcome/\($0.text)" }, by: .command)

    let stored = try fixture.text(
      "SELECT CONCAT(HEX(l.token_hash), HEX(m.body), HEX(m.body_sealed)) FROM one_time_links AS l, mails AS m"
    )
    let leaks = [Array(token.text.utf8), token.bytes].map { Hex.encode($0).uppercased() }
    for leak in leaks { #expect(stored?.contains(leak) == false) }
    let mail = try #require(try fixture.stores.mails.claim())
    #expect(mail.to == ada && mail.body.contains("/welcome/\(token.text)"))
    try fixture.stores.mails.sent(mail)
    #expect(
      try fixture.number("SELECT body_sealed IS NULL FROM mails WHERE user_id = \(user.id)") == 1)
  }

  @Test func `a mailed link survives a change of keys`() throws {
    let (_, token) = try links.invite(ada, role: .user, mailing: { $0.text }, by: .command)
    let ring = try #require(Fixture.keys.adding(Fixture.key(2, byte: 8)).promoting(2))
    let rotated = Stores(Database(fixture.options), seal: Seal(ring))

    #expect(try rotated.sealed.reEncryptAll().sealed == 1)

    #expect(try rotated.sealed.reEncryptAll().sealed == 0)
    #expect(try rotated.mails.claim()?.body.contains(token.text) == true)
  }

  @Test func `a mail with a link that is given up or dropped forgets it`() throws {
    let (user, _) = try links.invite(ada, role: .user, mailing: { $0.text }, by: .command)
    let mail = try #require(try fixture.stores.mails.claim())
    try fixture.stores.mails.failed(mail, error: "no")
    #expect(try fixture.number("SELECT body_sealed IS NOT NULL FROM mails") == 1)
    try fixture.database.execute("UPDATE mails SET created_at = created_at - INTERVAL 2 DAY")
    try fixture.stores.mails.failed(mail, error: "no")
    #expect(try fixture.number("SELECT body_sealed IS NULL FROM mails") == 1)

    try fixture.database.execute("DELETE FROM mails")
    _ = try links.renew(for: user.id, mailing: { $0.text }, by: .command)
    try users.setStatus(.disabled, of: user.id, by: .command)
    let second = try #require(try fixture.stores.mails.claim())
    #expect(second.to == nil)
    try fixture.stores.mails.drop(second)
    #expect(try fixture.number("SELECT body_sealed IS NULL FROM mails") == 1)
  }

  @Test func `who is asked for is mailed, who is not known is only counted`() throws {
    let subjects: [SignInThrottle.Subject] = [.resetAccount(email: ada.text), .resetNetwork("n")]
    func ask() throws {
      try links.request(ada, countedAs: subjects, mailing: { $0.text }, by: .command)
    }
    for _ in 1...3 { try ask() }
    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM audit_log") == 0)
    #expect(try fixture.stores.throttle.secondsBlocked(subjects[0]) == nil)

    _ = try fixture.user()
    try ask()

    #expect(try fixture.number("SELECT COUNT(*) FROM mails") == 1)
    #expect(try fixture.stores.throttle.secondsBlocked(subjects[0]) != nil)
    #expect(try fixture.stores.throttle.secondsBlocked(.account(email: ada.text)) == nil)
  }

  @Test func `a changed password ends other sessions and links`() throws {
    let user = try fixture.user()
    let mine = try fixture.session(of: user)
    _ = try fixture.session(of: user)
    let token = try links.renew(for: user.id, mailing: nil, by: .command)

    try users.changePassword("new", of: user.id, keeping: mine.id, by: .command)

    #expect(try fixture.stores.sessions.list(of: user.id).map(\.id) == [mine.id])
    #expect(try isEnded(token))
  }

  @Test func `sessions end one by one or all but one, and only one's own`() throws {
    let user = try fixture.user()
    let other = try fixture.user("b@example.com")
    let kept = try (1...3).map { _ in try fixture.session(of: user).id }
    let sessions = fixture.stores.sessions

    try sessions.end(kept[1], of: other.id, by: .command)
    #expect(try sessions.list(of: user.id).count == 3)
    try sessions.end(kept[1], of: user.id, by: .command)
    try sessions.end(kept[1], of: user.id, by: .command)
    #expect(try audited("session.ended") == 1)
    try sessions.endAll(of: user.id, keeping: kept[0], by: .command)
    #expect(try sessions.list(of: user.id).map(\.id) == [kept[0]])
    try sessions.endAll(of: user.id, keeping: nil, by: .command)
    #expect(try sessions.list(of: user.id).isEmpty)
    #expect(try users.listed(user.id).lastSeenAt != nil)
  }

  private func isEnded(_ token: OneTimeLink.Token) throws -> Bool {
    if case .ended = try links.find(token) { return true }
    return false
  }

  private func audited(_ action: String) throws -> Int {
    try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = \(action)")
  }

  private func minutesLeft() throws -> Int {
    try fixture.number(
      """
      SELECT ROUND(TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), MAX(expires_at)) / 60) FROM one_time_links
       WHERE ended_at IS NULL
      """)
  }
}

/// The list of people, in pages.
@Suite struct UserListTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture()
    for name in ["d", "a", "c", "b_x", "e"] { _ = try fixture.user("\(name)@example.com") }
    try fixture.database.execute("UPDATE users SET status = 'disabled' WHERE email LIKE 'c%'")
    try fixture.database.execute("UPDATE users SET role = 'administrator' WHERE email LIKE 'd%'")
    try fixture.database.execute(
      "UPDATE users SET invited_at = UTC_TIMESTAMP(6) WHERE email LIKE 'e%'")
  }

  @Test func `pages follow each other in both directions`() throws {
    let first = try page(.first)
    #expect(first.names == "a b_x" && !first.page.hasEarlier && first.page.hasLater)
    let second = try page(.after("b_x@example.com"))
    #expect(second.names == "c d" && second.page.hasEarlier && second.page.hasLater)
    let last = try page(.after("d@example.com"))
    #expect(last.names == "e" && !last.page.hasLater)
    let back = try page(.before("e@example.com"))
    #expect(back.names == "c d" && back.page.hasEarlier && back.page.hasLater)
    #expect(try page(.before("c@example.com")).page.hasEarlier == false)
  }

  @Test(arguments: [
    (UserFilter(role: .administrator), "d"), (UserFilter(state: .disabled), "c"),
    (UserFilter(state: .invited), "e"), (UserFilter(state: .active), "a b_x"),
    (UserFilter(prefix: "b_"), "b_x"), (UserFilter(prefix: "B"), "b_x"),
    (UserFilter(prefix: "%"), ""), (UserFilter(prefix: "_"), ""),
    (UserFilter(role: .user, state: .disabled, prefix: "c@"), "c"),
    (UserFilter(role: .administrator, state: .disabled), ""),
  ])
  func `a filter leaves those it names`(_ filter: UserFilter, _ names: String) throws {
    #expect(try page(.first, filter).names == names)
  }

  @Test(arguments: [
    UserFilter(state: .invited), UserFilter(role: .user, state: .invited, prefix: "many"),
    UserFilter(role: .administrator, state: .invited), UserFilter(state: .active),
    UserFilter(state: .disabled), UserFilter(role: .administrator), UserFilter(),
  ])
  func `a page is read in the order of an index, and nothing is sorted`(_ filter: UserFilter)
    throws
  {
    try fixture.database.execute(
      """
      INSERT INTO users (id, email, role, status, created_at, invited_at)
      SELECT UUID(), CONCAT('many', seq, '@example.com'),
             IF(seq % 4 = 0, 'administrator', 'user'), IF(seq % 4 = 1, 'disabled', 'active'),
             UTC_TIMESTAMP(6), IF(seq <= 200, UTC_TIMESTAMP(6), NULL)
        FROM seq_1_to_400
      """)
    // As the server does by itself some seconds after so many new rows.
    _ = try fixture.database.query("ANALYZE TABLE users") { row in try row.text() }
    let before = try rowsRead()

    _ = try fixture.stores.users.page(filter, from: .after("many1"), limit: 2)

    // A hundred or more match. Some look-ups are those of what each of the two has.
    #expect(try rowsRead() - before < 60)
  }

  /// By the connection of the stores.
  private func rowsRead() throws -> Int {
    try fixture.stores.users.database.first(
      """
      SELECT CAST(SUM(variable_value) AS INTEGER) FROM information_schema.session_status
       WHERE variable_name IN ('HANDLER_READ_KEY', 'HANDLER_READ_NEXT', 'HANDLER_READ_PREV',
                               'SORT_ROWS')
      """
    ) { row in try row.int() } ?? 0
  }

  @Test func `a deleted user is in no list`() throws {
    let user = try #require(try fixture.stores.users.find(email: "a@example.com"))
    try fixture.stores.users.delete(user.id, by: .command)

    #expect(try page(.first).names == "b_x c")
    #expect(throws: StoreError.notFound) { try fixture.stores.users.listed(user.id) }
  }

  private func page(_ place: ListPlace<String>, _ filter: UserFilter = UserFilter()) throws -> (
    names: String, page: ListPage<ListedUser>
  ) {
    let page = try fixture.stores.users.page(filter, from: place, limit: 2)
    let names = page.items.map { String($0.user.email.dropLast("@example.com".count)) }
    return (names.joined(separator: " "), page)
  }
}
