import Domain
import MariaDB
import Testing

@testable import Store

/// A secret or a header's value that does not open is told to its user, and nothing is lost meanwhile.
@Suite struct DamagedWebhookTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user, headers: [.init("x-key", "hunter2")])
  }

  private var webhooks: WebhookStore { fixture.stores.webhooks }
  private var queue: QueueStore { fixture.stores.queue }

  private func found() throws -> Webhook { try webhooks.find(webhook, of: user.id) }

  /// The last byte of what is sealed is another.
  private func spoil(_ table: String, _ column: String, _ condition: String = "TRUE") throws {
    try fixture.database.run(
      script: """
        UPDATE \(table) SET \(column) = CONCAT(LEFT(\(column), LENGTH(\(column)) - 1),
                                               CHAR(ASCII(RIGHT(\(column), 1)) ^ 1))
         WHERE \(condition)
        """)
  }

  private func spoilSecret() throws { try spoil("webhook_secrets", "secret_sealed") }
  private func spoilHeader() throws { try spoil("webhook_headers", "value_sealed") }

  private func pause() throws -> WebhookDamage? { try queue.pauseDamaged(webhook, by: .worker) }

  private func audited() throws -> [String] {
    try fixture.database.query(
      """
      SELECT actor_kind, subject_id, user_id, after_change FROM audit_log
       WHERE action = 'webhook.paused'
      """
    ) { row in
      try "\(row.text()) \(row.text()) \(row.text()) \(row.text())"
    }
  }

  @Test func `a damaged secret pauses the webhook once, with its reason on record`() throws {
    try spoilSecret()
    let before = try found()
    #expect(try queue.targets(of: [webhook]).damaged == [webhook])

    #expect(try pause()?.parts == [.secret])
    #expect(try pause() == nil)

    let paused = try found()
    #expect(paused.status == .paused(.damaged))
    #expect(paused.version == before.version + 1)
    #expect(
      try audited() == ["worker \(webhook) \(user.id) {\"paused_reason\":\"damaged\"}"])
    #expect(try queue.targets(of: [webhook]).damaged == [])
  }

  @Test func `what waited is held, and what comes is`() throws {
    try fixture.emit(2, for: user)
    try spoilHeader()
    _ = try pause()
    try fixture.emit(for: user)

    _ = try queue.clear(webhook, leaseSeconds: 60)

    #expect(try fixture.deliveries().map(\.status) == [.held, .held, .held])
  }

  @Test func `a header's value is named, and so is a secret that signs along`() throws {
    _ = try rotate(overlap: "24h")
    try spoilHeader()
    try spoil("webhook_secrets", "secret_sealed", "expires_at IS NOT NULL")

    #expect(
      try webhooks.damage(of: webhook, user: user.id)?.parts == [.olderSecret, .header("x-key")])
    #expect(try pause()?.description == "older secret, header x-key")
  }

  @Test func `a webhook without any secret is damaged as well`() throws {
    try fixture.database.execute("DELETE FROM webhook_secrets")

    #expect(try queue.targets(of: [webhook]).damaged == [webhook])
    #expect(try pause()?.parts == [.secret])
  }

  @Test func `what was mended meanwhile is not paused`() throws {
    try spoilSecret()
    #expect(try queue.targets(of: [webhook]).damaged == [webhook])
    _ = try rotate(overlap: "24h")

    #expect(try pause() == nil)
    #expect(try found().status == .active)
  }

  @Test func `its user's own pause stays its user's, and a deleted webhook stays as it is`() throws
  {
    try spoilSecret()
    try fixture.change(webhook, of: user) { $0.isActive = false }
    #expect(try pause() == nil)
    #expect(try found().status == .paused(.user))

    let other = try fixture.webhook(of: user, name: "Other")
    try spoilSecret()
    try webhooks.delete(other, of: user.id, by: .command)
    #expect(try queue.pauseDamaged(other, by: .worker) == nil)
    #expect(try audited() == [])
  }

  @Test func `it is not resumed while it is damaged, whoever paused it`() throws {
    try spoilSecret()
    try spoilHeader()
    _ = try pause()
    let damage = try #require(WebhookDamage([.secret, .header("x-key")]))

    #expect(throws: StoreError.damaged(damage)) {
      try fixture.change(webhook, of: user) { $0.isActive = true }
    }
    #expect(try found().status == .paused(.damaged))
    // To pause it once more makes it no pause of its user's.
    try fixture.change(webhook, of: user) { $0.isActive = false }
    #expect(try found().status == .paused(.damaged))

    _ = try rotate(overlap: "24h")
    #expect(throws: StoreError.damaged(try #require(WebhookDamage([.header("x-key")])))) {
      try fixture.change(webhook, of: user) { $0.isActive = true }
    }
    try fixture.change(webhook, of: user) {
      $0.headers = [(name: "x-key", value: "new")]
      $0.isActive = true
    }
    #expect(try found().status == .active)
    #expect(try queue.targets(of: [webhook])[webhook]?.headers == [.init("x-key", "new")])
  }

  @Test func `without its damaged header it goes on`() throws {
    try spoilHeader()
    _ = try pause()

    try fixture.change(webhook, of: user) { $0.headers = [(name: "x-key", value: nil)] }
    try fixture.change(webhook, of: user) { $0.isActive = true }

    #expect(try queue.targets(of: [webhook])[webhook]?.headers == [])
  }

  @Test func `a damaged secret does not sign along with its successor`() throws {
    try spoilSecret()

    let end = try rotate(overlap: "24h")

    #expect(abs(end.seconds - (try queue.databaseTime()).seconds) < 5)
    #expect(try webhooks.secretFacts(of: webhook).count == 1)
    #expect(try queue.targets(of: [webhook])[webhook]?.secrets.count == 1)
  }

  @Test func `a value that is back from a backup resumes without anything new`() throws {
    try spoilSecret()
    _ = try pause()
    try spoilSecret()

    try fixture.change(webhook, of: user) { $0.isActive = true }

    #expect(try found().status == .active)
  }

  @Test func `a key that the ring lacks pauses nothing, and is told once an hour`() throws {
    let other = fixture.moreStores(keys: KeyRing(primary: Fixture.key(9, byte: 9)))

    let targets = try other.queue.targets(of: [webhook])
    #expect(targets.ready.isEmpty && targets.damaged == [])
    #expect(targets.keyless[webhook]?.contains("01020304") == true)
    #expect(try other.queue.pauseDamaged(webhook, by: .worker) == nil)
    #expect(try found().status == .active)

    #expect(try other.queue.noteMissingKey(of: webhook))
    #expect(try !queue.noteMissingKey(of: webhook))
    try fixture.database.execute(
      "UPDATE webhook_health SET key_missing_at = key_missing_at - INTERVAL 61 MINUTE")
    #expect(try other.queue.noteMissingKey(of: webhook))
    #expect(try fixture.stores.sealedFindings().map { $0.contains("of 1 webhook wait") } == [true])

    // The key is back.
    let back = try queue.targets(of: [webhook])
    #expect(back.ready.count == 1 && back.haveKeyAgain == [webhook])
    try queue.endMissingKey(of: webhook)
    #expect(try queue.targets(of: [webhook]).haveKeyAgain == [])
    #expect(try fixture.stores.sealedFindings() == [])
  }

  @Test func `one damaged value beside one whose key is missing is damage`() throws {
    try spoilHeader()
    try fixture.database.execute(
      """
      UPDATE webhook_secrets
         SET secret_sealed = CONCAT(LEFT(secret_sealed, 2), X'00000000', SUBSTR(secret_sealed, 7))
      """)

    #expect(try queue.targets(of: [webhook]).damaged == [webhook])
    #expect(try pause()?.parts == [.header("x-key")])
    let findings = try fixture.stores.sealedFindings()
    #expect(findings.count == 1 && findings[0].contains("1 webhook was changed or moved"))
  }

  private func rotate(overlap: String) throws -> Timestamp {
    try webhooks.rotateSecret(
      of: webhook, user: user.id,
      to: try Secret(.v1, bytes: [UInt8](repeating: 5, count: Secret.byteCount(for: .v1))),
      overlap: try #require(Interval(overlap)), endingOlder: false, by: .command)
  }
}
