import Domain
import MariaDB
import TestSupport
import Testing

@testable import Store

/// What each program does, done as its own account: a right that is missing in grants.sql fails
/// here, and one that is too many in GrantTests.
@Suite struct AccountTests {
  let accounts: Accounts

  init() throws {
    accounts = try Accounts.shared()
  }

  @Test func `the responder does with people and sessions what it has to`() throws {
    let web = accounts.stores(.web)
    let user = try web.users.findOrAdd(email: email("web"), by: .command)
    _ = try web.users.passwordHash(of: user.id)
    try web.users.upgradePasswordHash("scrypt$", of: user.id)
    let (session, token) = try web.sessions.open(
      for: user, address: "::1", userAgent: "x", by: .command)
    try accounts.root().execute("UPDATE sessions SET last_seen_at = NOW(6) - INTERVAL 2 MINUTE")
    _ = try web.sessions.find(token: token)
    try web.sessions.end(session, by: .command)
    try web.users.setStatus(.disabled, of: user.id, by: .command)
    try web.users.setStatus(.active, of: user.id, by: .command)
    let subject = SignInThrottle.Subject.account(email: user.email)
    for _ in 1...2 { try web.throttle.recordFailure(subject, by: .command) }
    _ = try web.throttle.secondsBlocked(subject)
    try web.throttle.forget(subject)
    _ = try web.forms.location(of: session.id.rawValue, in: session.id)
    for _ in 1...2 { try web.forms.keepToShow("x", of: user.id.rawValue, to: session.id) }
    #expect(try web.forms.takeToShow(of: user.id.rawValue, to: session.id) == "x")
    _ = try web.workers.lastSeen()
    try web.schema.checkVersion()
    try web.ping()
  }

  @Test func `the responder does what the pages about people need`() throws {
    let web = accounts.stores(.web)
    let address = try #require(EmailAddress(email("invited")))
    let (user, _) = try web.links.invite(
      address, role: .user, mailing: { $0.text }, by: .command)
    try web.links.request(
      address, countedAs: [.resetAccount(email: address.text)], mailing: { $0.text }, by: .command)
    let token = try web.links.renew(for: user.id, mailing: nil, by: .command)
    _ = try web.links.find(token)
    _ = try web.links.open(of: user.id)
    try web.links.use(token, passwordHash: "scrypt$", from: "::1")
    let session = try web.sessions.open(for: user, address: "::1", userAgent: "x", by: .command)
    try web.users.changePassword("x", of: user.id, keeping: session.0.id, by: .command)
    try web.users.setRole(.administrator, was: .user, of: user.id, by: .command)
    _ = try web.users.page(UserFilter(role: .administrator), from: .first, limit: 2)
    _ = try web.users.listed(user.id)
    _ = try web.sessions.list(of: user.id)
    try web.sessions.end(session.0.id, of: user.id, by: .command)
    try web.sessions.endAll(of: user.id, keeping: nil, by: .command)
    let (second, _) = try web.links.invite(
      #require(EmailAddress(email("second"))), role: .administrator, mailing: nil, by: .command)
    try web.users.cancelInvitation(of: second.id, by: .command)
    let other = try web.users.add(
      email: email("third"), role: .administrator, passwordHash: nil, by: .command)
    try web.users.delete(user.id, by: .command)
    try web.users.setRole(.administrator, was: .administrator, of: other.id, by: .command)

    // The operator's command may have sealed them anew meanwhile, in a test beside this one.
    let ring = Fixture.keys.adding(Fixture.key(2, byte: 8))
    let worker = Stores(accounts.database(.worker), seal: Seal(ring))
    let mail = try #require(try worker.mails.claim())
    try worker.mails.drop(mail)
  }

  @Test func `the responder does with webhooks what it has to`() throws {
    let web = accounts.stores(.web)
    let user = try web.users.findOrAdd(email: email("hooks"), by: .command)
    var draft = try Fixture.draft(
      events: .chosen(["lead.created"]), headers: [.init("x-key", "value")])
    draft.startsPaused = true
    let form = FormTicket(session: .init(user.id.rawValue), form: user.id.rawValue) { "/\($0)" }
    let id = try web.webhooks.create(draft, for: user.id, limit: 20, form: form, by: .command)
    var change = WebhookChange()
    change.isActive = true
    change.events = .chosen(["lead.updated"])
    change.headers = [(name: "x-key", value: "other")]
    try web.webhooks.change(id, of: user.id, to: change, by: .command)
    _ = try web.webhooks.list(of: user.id, limit: 10)
    _ = try web.webhooks.owner(of: id)
    _ = try web.webhooks.hasWebhook(named: "CRM", of: user.id)
    _ = try web.webhooks.health(of: [id])
    _ = try web.webhooks.publicKeys(of: [id])
    #expect(try web.webhooks.secretFacts(of: id).count == 1)
    try web.webhooks.delete(id, of: user.id, by: .command)
  }

  @Test func `the responder does with events and deliveries what it has to`() throws {
    let web = accounts.stores(.web)
    let key = try accounts.stores(.admin).apiKeys.create(
      for: nil, name: "host", scopes: [.eventsWrite], expiresAt: nil, by: .command)
    let holder = try #require(try web.apiKeys.find(key))
    let user = try web.users.findOrAdd(email: email("events"), by: .command)
    let webhook = try web.webhooks.create(
      Fixture.draft(), for: user.id, limit: 20, by: .command)
    _ = try web.eventTypes.all()
    let once = IdempotencyKey(apiKey: holder.id, key: user.email, request: [])
    for _ in 1...2 {
      _ = try web.events.emit([Fixture.event(for: user)], once: once, answer: { _ in [1] })
    }
    for state in [LogFilter.State.waiting, nil] {
      let page = try web.deliveries.page(
        of: webhook, user: user.id, filter: .init(state: state), from: .newest, limit: 10)
      let delivery = try #require(page.deliveries.first)
      _ = try web.deliveries.durations(of: page.deliveries)
      _ = try web.deliveries.find(delivery.id, of: user.id)
      _ = try web.deliveries.owner(of: delivery.id)
      _ = try web.deliveries.body(of: delivery, user: user.id)
      _ = try web.deliveries.attempts(of: delivery)
      try web.deliveries.retry(delivery.id, of: user.id, by: .command)
    }
  }

  @Test func `the responder sends tests and begins jobs, and the worker goes on with them`() throws
  {
    let (web, worker) = (accounts.stores(.web), accounts.stores(.worker))
    let user = try web.users.findOrAdd(email: email("jobs"), by: .command)
    let webhook = try web.webhooks.create(Fixture.draft(), for: user.id, limit: 20, by: .command)
    _ = try web.queue.testTargets(of: webhook)
    _ = try web.queue.pauseDamaged(webhook, by: .command)
    _ = try web.webhooks.damage(of: webhook, user: user.id)
    _ = try web.sealedFindings()
    #expect(try worker.queue.noteMissingKey(of: webhook))
    try worker.queue.endMissingKey(of: webhook)
    _ = try worker.queue.pauseDamaged(webhook, by: .worker)
    let test = try web.deliveries.beginTest(
      of: webhook, user: user.id, type: "lead.created", timestamp: currentTime(), body: [1],
      leaseSeconds: 60, by: .command)
    try web.queue.record(
      [Fixture.report(test, .success(status: 200))], rules: Fixture.rules, random: { 0 })
    _ = try web.deliveries.lastTests(of: webhook, user: user.id)
    try web.events.emit((1...3).map { _ in Fixture.event(for: user) })
    let first = try Fixture.claim([webhook], by: worker)
    try worker.queue.record(
      first.map { Fixture.report($0, .failure(.timeout)) }, rules: Fixture.rules(waits: []),
      random: { 0 })

    let begun = try web.retryJobs.start(
      RetryScope(kind: .retry, since: Timestamp(seconds: 0)), of: webhook, user: user.id,
      by: .command)
    let job = try #require(begun.job)
    #expect(try web.retryJobs.step(job))
    let again = try Fixture.claim([webhook], by: worker)
    try worker.queue.record(
      again.prefix(2).map { Fixture.report($0, .success(status: 200)) }, rules: Fixture.rules,
      random: { 0 })
    try worker.queue.giveBack(again.suffix(1).map { ($0.id, $0.leaseNumber) })
    try web.retryJobs.stop(job, of: webhook, user: user.id, by: .command)
    while try worker.retryJobs.step(job) {}
    #expect(try web.retryJobs.find(job, of: webhook, user: user.id).state == .stopped)
  }

  @Test func `the worker does what it has to`() throws {
    let (web, worker) = (accounts.stores(.web), accounts.stores(.worker))
    let user = try web.users.findOrAdd(email: email("worker"), by: .command)
    let webhook = try web.webhooks.create(
      Fixture.draft(headers: [.init("x-key", "value")]), for: user.id, limit: 20, by: .command)
    let events = (1...5).map { _ in Fixture.event(for: user) }
    try web.events.emit(events)
    let run = try worker.workers.begin(host: "h", processID: 1, version: "1")
    try worker.workers.seen(run)
    _ = try worker.queue.databaseTime()
    _ = try worker.queue.dueWebhooks()
    // A lease of no length is over at once: the second claim finds all of them interrupted.
    _ = try Fixture.claim([webhook], leaseSeconds: 0, by: worker)
    let claimed = try Fixture.claim([webhook], by: worker)
    #expect(claimed.count == 5)
    let outcomes: [Outcome] = [.success(status: 200), .failure(.timeout), .init(status: 410)]
    let reports = zip(claimed, outcomes).map { Fixture.report($0, $1) }
    try worker.queue.record(reports, rules: Fixture.rules, random: { 0 })
    try worker.queue.giveBack(claimed.map { ($0.id, $0.leaseNumber) })
    let stopped = try worker.queue.liveWebhooks().stopped.filter { $0 == webhook }
    for webhook in stopped {
      #expect(try worker.queue.clear(webhook, leaseSeconds: 60) == 3)
    }
    try worker.workers.end(run)
    try worker.schema.checkVersion()
  }

  @Test func `the worker removes what is over`() throws {
    let user = try accounts.stores(.admin).users.add(
      email: email("over"), role: .user, passwordHash: nil, by: .command)
    try accounts.root().run(
      script: """
        INSERT INTO sessions
          VALUES (UUID(), REPEAT('s', 32), '\(user.id)', NOW(6), NOW(6), '2020-01-01', '', '');
        INSERT INTO form_submissions VALUES (UUID(), UUID(), '/', '2020-01-01');
        INSERT INTO shown_once VALUES (UUID(), UUID(), '', '2020-01-01');
        INSERT INTO sign_in_failures VALUES ('account', REPEAT('f', 32), 1, '2020-01-01', NULL);
        INSERT INTO idempotency_keys VALUES (UUID(), '', '', NULL, '2020-01-01');
        INSERT INTO workers VALUES (UUID(), '', 1, '', '2020-01-01', '2020-01-01', NULL)
        """)

    _ = try accounts.stores(.worker).sessions.removeEnded(rows: 1_000)
    _ = try accounts.stores(.worker).workers.begin(host: "", processID: 1, version: "")

    let left = try accounts.root().first(
      """
      SELECT (SELECT COUNT(*) FROM sessions WHERE expires_at = '2020-01-01')
             + (SELECT COUNT(*) FROM form_submissions WHERE created_at = '2020-01-01')
             + (SELECT COUNT(*) FROM shown_once WHERE expires_at = '2020-01-01')
             + (SELECT COUNT(*) FROM sign_in_failures WHERE last_at = '2020-01-01')
             + (SELECT COUNT(*) FROM idempotency_keys WHERE created_at = '2020-01-01')
             + (SELECT COUNT(*) FROM workers WHERE last_seen_at = '2020-01-01')
      """
    ) { row in try row.int() }
    #expect(left == 0)
  }

  @Test func `the worker removes what is old and what was deleted`() throws {
    let (web, admin) = (accounts.stores(.web), accounts.stores(.admin))
    let worker = accounts.stores(.worker)
    let user = try web.users.findOrAdd(email: email("deleted"), by: .command)
    _ = try web.webhooks.create(Fixture.draft(), for: user.id, limit: 20, by: .command)
    try web.events.emit([Fixture.event(for: user)])
    try admin.users.delete(user.id, by: .command)
    // Long ago, so that nothing of the tests beside this one is that old.
    let cutoff = Timestamp(seconds: 1_500_000_000)

    _ = try worker.chores.due()
    var lease = try #require(try worker.chores.take(.deletedUsers, leaseSeconds: 60))
    for _ in 1...3 {
      lease.cursor = try worker.retention.removeDeletedUsers(&lease, rows: 10).cursor
      #expect(try worker.chores.advance(lease, leaseSeconds: 60))
    }
    try worker.chores.end(lease, dueAfter: .zero)
    _ = try worker.retention.removeDeletedWebhooks(after: nil, rows: 10)
    _ = try worker.retention.removeDeliveries(after: nil, before: cutoff, rows: 10)
    _ = try worker.retention.removeEvents(after: nil, before: cutoff, rows: 10)
    _ = try worker.retention.removePayloads(after: nil, before: cutoff, rows: 10)
    _ = try worker.retention.removeKeptPayloads(after: nil, before: cutoff, rows: 10)
    _ = try worker.retention.removeCounts(before: cutoff, rows: 10)
  }

  @Test func `audit rows are purged by age, but not before 30 days`() throws {
    let (worker, root) = (accounts.stores(.worker), accounts.root())
    try root.run(
      script: """
        INSERT INTO audit_log (id, at, actor_kind, action)
        SELECT UUID(), NOW(6) - INTERVAL seq DAY, 'worker', 'test.purge' FROM seq_25_to_35
        """)
    let now = try worker.queue.databaseTime()

    let first = try worker.retention.removeAudit(before: now, rows: 2)
    let second = try worker.retention.removeAudit(before: now, rows: 1_000)

    #expect(first == .more(count: 2) && second.isDone)
    let left = try root.first(
      "SELECT COUNT(*) FROM audit_log WHERE action = 'test.purge'"
    ) { row in try row.int() }
    #expect(left == 5)
  }

  @Test func `what the audit log says of a user is blanked only once the user is deleted`() throws {
    let (admin, worker) = (accounts.stores(.admin), accounts.database(.worker))
    let user = try admin.users.add(
      email: email("forgotten"), role: .user, passwordHash: nil, by: .command)

    #expect(try worker.execute("CALL audit_forget(\(user.id), 10)") == 0)
    try admin.users.delete(user.id, by: .command)
    #expect(try worker.execute("CALL audit_forget(\(user.id), 10)") == 1)

    let rows = try accounts.root().query(
      "SELECT action, after_change FROM audit_log WHERE user_id = \(user.id) ORDER BY id"
    ) { row in (try row.text(), try row.optionalText()) }
    #expect(rows.map(\.0) == ["user.added", "user.deleted"])
    #expect(rows.allSatisfy { $0.1 == nil })
  }

  @Test func `the operator's command does what it has to`() throws {
    let admin = accounts.stores(.admin)
    let user = try admin.users.add(
      email: email("admin"), role: .administrator, passwordHash: nil, by: .command)
    _ = try admin.users.add(
      email: email("colleague"), role: .administrator, passwordHash: nil, by: .command)
    let (invited, _) = try admin.links.invite(
      #require(EmailAddress(email("asked"))), role: .user, mailing: nil, by: .command)
    _ = try admin.links.renew(for: invited.id, mailing: nil, by: .command)
    try admin.users.setRole(.administrator, was: .user, of: invited.id, by: .command)
    _ = try admin.users.page(UserFilter(state: .invited), from: .first, limit: 2)
    try admin.users.delete(invited.id, by: .command)
    let (_, token) = try accounts.stores(.web).sessions.open(
      for: user, address: "::1", userAgent: "x", by: .command)
    try admin.sessions.endAll(of: invited.id, keeping: nil, by: .command)
    try admin.users.setStatus(.disabled, of: user.id, by: .command)
    guard case .unknown = try admin.sessions.find(token: token) else {
      Issue.record("disabling leaves the session")
      return
    }
    let key = try admin.apiKeys.create(
      for: user.id, name: "CI", scopes: [.metrics], expiresAt: nil, by: .command)
    try admin.apiKeys.revoke(prefix: key.prefix, by: .command)
    try admin.events.callProcedure(user: user.id, type: "lead.created", data: "{}")
    let id = try accounts.stores(.web).webhooks.create(
      Fixture.draft(headers: [.init("x-key", "value")]), for: user.id, limit: 20, by: .command)
    let rotated = try #require(Accounts.keys.promoting(2))
    let sealed = Stores(accounts.database(.admin), seal: Seal(rotated)).sealed
    #expect(try sealed.reEncryptAll().sealed >= 2)
    try accounts.stores(.web).webhooks.delete(id, of: user.id, by: .command)
    _ = try admin.schema.findings()
    let lock = accounts.database(.admin)
    #expect(try admin.schema.migrate(SQLFile.migrations, lock: lock) == [])
  }

  @Test func `a host with leave to call the routines emits and does nothing else`() throws {
    try accounts.root().run(
      script: """
        CREATE OR REPLACE USER host@localhost;
        GRANT EXECUTE ON PROCEDURE emit_event TO host@localhost;
        GRANT EXECUTE ON FUNCTION user_id TO host@localhost
        """)
    try accounts.signInByPassword("host")
    let user = try accounts.stores(.web).users.findOrAdd(email: email("host"), by: .command)
    let host = accounts.database(account: "host")

    try host.execute("CALL emit_event(user_id(\(user.email)), 'lead.created', '{}')")

    let events = try accounts.root().first(
      "SELECT COUNT(*) FROM events WHERE user_id = \(user.id)"
    ) { row in try row.int() }
    #expect(events == 1)
    #expect(throws: DatabaseError.self) { try host.execute("SELECT id FROM users") }
    #expect(throws: DatabaseError.self) { try host.execute("INSERT INTO events (id) VALUES (1)") }
    #expect(throws: DatabaseError.self) { try host.execute("CALL check_json('{}', @a, @b)") }
  }

  private func email(_ name: String) -> String { "\(name)@accounts.example.com" }
}
