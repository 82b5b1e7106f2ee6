import Domain
import MariaDB
import Testing

@testable import Store

@Suite struct RotationTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID
  let day = Interval("24h")!

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  private func secret(_ byte: UInt8, _ scheme: Webhook.SignatureScheme = .v1) throws -> Secret {
    try Secret(
      scheme, bytes: [UInt8](repeating: byte, count: Secret.byteCount(for: scheme)))
  }

  @discardableResult
  private func rotate(
    to secret: Secret, overlap: Interval, endingOlder: Bool = false, form: FormTicket? = nil
  ) throws -> Timestamp {
    try fixture.stores.webhooks.rotateSecret(
      of: webhook, user: user.id, to: secret, overlap: overlap, endingOlder: endingOlder,
      form: form, by: .command)
  }

  private func signing() throws -> [[UInt8]] {
    try fixture.stores.queue.targets(of: [webhook])[webhook]?.secrets.map(\.bytes) ?? []
  }

  @Test func `during the overlap both sign, the new one first, and afterwards it alone`() throws {
    let new = try secret(1)
    let end = try rotate(to: new, overlap: day)

    #expect(try signing() == [new.bytes, Fixture.secretBytes])
    let facts = try fixture.stores.webhooks.secretFacts(of: webhook)
    #expect(facts.map(\.expiresAt) == [nil, end])
    let now = try fixture.stores.queue.databaseTime()
    #expect(abs(end.seconds - now.seconds - 86_400) < 5)

    try fixture.database.execute(
      "UPDATE webhook_secrets SET expires_at = expires_at - INTERVAL 1 DAY")
    #expect(try signing() == [new.bytes])
    #expect(try fixture.stores.webhooks.secretFacts(of: webhook).count == 1)
  }

  @Test func `a target is kept no longer than the first of its secrets`() throws {
    try rotate(to: try secret(1), overlap: Interval(seconds: 10))

    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])
    #expect((1...10_000).contains(target.endsIn ?? 0))
  }

  @Test func `without an overlap the old one is gone`() throws {
    let new = try secret(1)

    try rotate(to: new, overlap: .zero)

    #expect(try signing() == [new.bytes])
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_secrets") == 1)
  }

  @Test func `a third secret ends the first, if that is said`() throws {
    let (second, third) = (try secret(1), try secret(2))
    try rotate(to: second, overlap: day)

    #expect(throws: StoreError.overlapRuns) { try rotate(to: third, overlap: day) }
    #expect(try signing() == [second.bytes, Fixture.secretBytes])

    try rotate(to: third, overlap: day, endingOlder: true)
    #expect(try signing() == [third.bytes, second.bytes])
  }

  @Test func `one whose overlap is over is in nobody's way`() throws {
    try rotate(to: try secret(1), overlap: day)
    try fixture.database.execute(
      "UPDATE webhook_secrets SET expires_at = expires_at - INTERVAL 1 DAY")

    try rotate(to: try secret(2), overlap: day)

    #expect(try signing().count == 2)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_secrets") == 2)
  }

  @Test func `two of different schemes sign side by side`() throws {
    let pair = try secret(3, .v1a)

    try rotate(to: pair, overlap: day)

    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])
    #expect(target.secrets.map(\.scheme) == [.v1a, .v1])
    let found = try fixture.stores.webhooks.find(webhook, of: user.id)
    #expect(found.signature == .v1a)
    #expect(try fixture.stores.webhooks.publicKeys(of: [webhook])[webhook] == pair.publicKey)

    try rotate(to: try secret(4), overlap: day, endingOlder: true)
    #expect(try fixture.stores.webhooks.publicKeys(of: [webhook]).isEmpty)
  }

  @Test func `the overlap can be ended, which is done once`() throws {
    let new = try secret(1)
    try rotate(to: new, overlap: day)
    let version = try fixture.stores.webhooks.find(webhook, of: user.id).version

    for _ in 1...2 {
      try fixture.stores.webhooks.endOverlap(of: webhook, user: user.id, by: .command)
    }

    #expect(try signing() == [new.bytes])
    #expect(try fixture.stores.webhooks.find(webhook, of: user.id).version == version + 1)
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM audit_log WHERE action = 'webhook.secret_ended'") == 1)
  }

  @Test func `a worker notices by the version`() throws {
    let before = try fixture.stores.webhooks.find(webhook, of: user.id).version

    try rotate(to: try secret(1), overlap: day)

    #expect(try fixture.stores.webhooks.find(webhook, of: user.id).version == before + 1)
  }

  @Test func `a form sent twice makes one secret`() throws {
    let session = Session.ID(UUID(high: 1, low: 1))
    let ticket = FormTicket(session: session, form: UUID(high: 2, low: 2)) { _ in "/x" }
    let new = try secret(1)
    try rotate(to: new, overlap: day, form: ticket)

    #expect(throws: StoreError.duplicate) {
      try rotate(to: try secret(2), overlap: day, endingOlder: true, form: ticket)
    }

    #expect(try signing() == [new.bytes, Fixture.secretBytes])
  }

  @Test func `nobody rotates what belongs to another`() throws {
    let other = try fixture.user("grace@example.com")

    #expect(throws: StoreError.notFound) {
      try fixture.stores.webhooks.rotateSecret(
        of: webhook, user: other.id, to: try secret(1), overlap: day, endingOlder: true,
        by: .command)
    }
    #expect(throws: StoreError.notFound) {
      try fixture.stores.webhooks.endOverlap(of: webhook, user: other.id, by: .command)
    }
  }

  @Test func `the audit log tells of it by the last four characters`() throws {
    let new = try secret(1)

    try rotate(to: new, overlap: day)

    let after = try #require(
      try fixture.text(
        "SELECT after_change FROM audit_log WHERE action = 'webhook.secret_made'"))
    #expect(after.contains(#""last_four":"\#(new.lastFour)""#))
    #expect(!after.contains(new.text.dropFirst(6)))
  }

  @Test func `the worker removes those that are over`() throws {
    try rotate(to: try secret(1), overlap: day)
    #expect(try fixture.stores.sessions.removeEnded(rows: 10).count == 0)
    try fixture.database.execute(
      "UPDATE webhook_secrets SET expires_at = expires_at - INTERVAL 2 DAY")

    _ = try fixture.stores.sessions.removeEnded(rows: 10)

    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_secrets") == 1)
    #expect(try signing().count == 1)
  }
}
