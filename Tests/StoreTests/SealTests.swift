import Domain
import MariaDB
import TestSupport
import Testing

@testable import Store

/// Sealed columns open where they stand, with a key of the ring, and nowhere else.
@Suite struct SealTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user, headers: [.init("x-key", "hunter2")])
  }

  @Test func `a claim's target has the secret and the headers in the clear`() throws {
    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])

    #expect(target.secrets.map(\.bytes) == [Fixture.secretBytes])
    #expect(target.headers == [.init("x-key", "hunter2")])
    #expect(target.endpointURL == "https://hooks.example.com/in")
  }

  @Test func `a secret swapped with another row's does not open`() throws {
    let other = try fixture.webhook(of: user)
    try fixture.database.run(
      script: """
        UPDATE webhook_secrets AS a JOIN webhook_secrets AS b ON a.webhook_id <> b.webhook_id
           SET a.secret_sealed = b.secret_sealed WHERE a.webhook_id = '\(other)'
        """)

    #expect(try Set(fixture.stores.queue.targets(of: [webhook, other]).ready.keys) == [webhook])
  }

  @Test func `a webhook moved to another user does not send`() throws {
    let other = try fixture.user("other@example.com")
    try fixture.database.execute("UPDATE webhooks SET user_id = \(other.id)")

    #expect(try fixture.stores.queue.targets(of: [webhook]).ready.isEmpty)
  }

  @Test func `a header's value put in the secret's place does not open`() throws {
    // Under the same id, so that only table and column tell the two places apart.
    try fixture.database.execute(
      """
      UPDATE webhook_secrets
         SET id = (SELECT id FROM webhook_headers),
             secret_sealed = (SELECT value_sealed FROM webhook_headers)
      """)

    #expect(try fixture.stores.queue.targets(of: [webhook]).ready.isEmpty)
  }

  @Test func `a header that does not open keeps the webhook from sending without it`() throws {
    try fixture.database.execute("UPDATE webhook_headers SET value_sealed = REVERSE(value_sealed)")

    #expect(try fixture.stores.queue.targets(of: [webhook]).ready.isEmpty)
  }

  @Test func `a value with any byte changed does not open`() throws {
    let seal = Seal(Fixture.keys)
    let place = SealedPlace.webhookSecret(UUID(high: 1, low: 1), of: user.id)
    let sealed = try seal.seal([1, 2, 3], at: place)
    #expect(try seal.open(sealed, at: place) == [1, 2, 3])

    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 1
      #expect(throws: SealError.self) { try seal.open(changed, at: place) }
    }
    for length in 0..<sealed.count {
      #expect(throws: SealError.self) { try seal.open(Array(sealed[..<length]), at: place) }
    }
    #expect(throws: SealError.self) { try seal.open(sealed + [0], at: place) }
  }

  @Test func `without the key deliveries wait, with it they go`() throws {
    try fixture.emit(for: user)
    let other = fixture.moreStores(keys: KeyRing(primary: Fixture.key(9, byte: 9)))

    #expect(try other.queue.targets(of: [webhook]).ready.isEmpty)
    #expect(try Fixture.claim([webhook], by: other).isEmpty)
    #expect(try fixture.delivery()?.status == .pending)
    #expect(try fixture.claim(webhook).count == 1)
  }

  @Test func `while two secrets are good, both sign, the newest first`() throws {
    for (byte, expiry) in [(1, "60"), (2, "-1")] as [(UInt8, String)] {
      let id = UUID(high: UInt64(byte), low: 1)
      let bytes = [UInt8](repeating: byte, count: 24)
      let sealed = try Seal(Fixture.keys).seal(bytes, at: .webhookSecret(id, of: user.id))
      try fixture.database.execute(
        """
        INSERT INTO webhook_secrets (id, webhook_id, secret_sealed, last_four, created_at,
                                     expires_at)
        VALUES (\(id), \(webhook), \(sealed), 'abcd', '2026-01-01',
                UTC_TIMESTAMP(6) + INTERVAL \(expiry) SECOND)
        """)
    }

    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])

    #expect(
      target.secrets.map(\.bytes) == [Fixture.secretBytes, [UInt8](repeating: 1, count: 24)])
    #expect(try fixture.stores.webhooks.secretFacts(of: webhook).count == 2)
  }

  @Test func `keys are rotated without a gap`() throws {
    let new = Fixture.key(2, byte: 8)
    let both = Fixture.keys.adding(new)
    let rotated = try #require(both.promoting(2))
    let stores = fixture.moreStores(keys: rotated)
    // Sealed by the old key; read by all rings that know it.
    for keys in [Fixture.keys, both, rotated] {
      #expect(try fixture.moreStores(keys: keys).queue.targets(of: [webhook]).ready.count == 1)
    }

    #expect(try stores.sealed.reEncryptAll().sealed == 2)
    #expect(try stores.sealed.reEncryptAll().sealed == 0)

    let alone = KeyRing(primary: new)
    let target = try fixture.moreStores(keys: alone).queue.targets(of: [webhook])[webhook]
    #expect(target?.secrets.map(\.bytes) == [Fixture.secretBytes])
    #expect(target?.headers == [.init("x-key", "hunter2")])
    #expect(try fixture.stores.queue.targets(of: [webhook]).ready.isEmpty)
  }

  @Test func `every sealed column is sealed again, but what is shown once`() throws {
    let names = try fixture.database.query(
      """
      SELECT table_name, column_name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND column_name RLIKE '_(sealed|encrypted)$'
      """
    ) { row in "\(try row.text()).\(try row.text())" }
    let columns = SealedStore.columns.map { "\($0.table.text).\($0.column.text)" }

    #expect(Set(names).subtracting(columns) == ["shown_once.value_sealed"])
    #expect(Set(columns).isSubset(of: names) && Set(columns).count == columns.count)
  }

  @Test func `whatever is sealed opens where the list of sealed columns says`() throws {
    let scene = try Scene()
    _ = try Change.operation[0].arrange(scene)
    let ring = try #require(Fixture.keys.adding(Fixture.key(9, byte: 9)).promoting(9))
    let sealed = SealedStore(database: scene.stores.database, seal: Seal(ring))

    let tally = try sealed.reEncryptAll()

    #expect(tally.sealed >= 9)
    #expect(tally.damaged == [])
  }

  @Test func `a dump of the database holds no secret in the clear`() throws {
    let session = Session.ID(UUID(high: 1, low: 1))
    try fixture.stores.forms.keepToShow("whsec_shown", of: webhook.rawValue, to: session)
    let (_, token) = try fixture.stores.sessions.open(
      for: user, address: "::1", userAgent: "x", by: .command)
    let key = try fixture.stores.apiKeys.create(
      for: user.id, name: "CI", scopes: [], expiresAt: nil, by: .command)
    let secrets = [
      Fixture.secretBytes, Array("hunter2".utf8), Array("whsec_shown".utf8), token,
      Array(key.text.utf8),
    ]

    let (folder, database) = (TestServer.shared.folder, fixture.options.database)
    run(
      script: "mariadb-dump --no-defaults -S $1/s -u root --hex-blob $2 >$1/$2.sql",
      folder, database)
    let dump = SQLFile.bytes(at: "\(folder)/\(database).sql")

    #expect(dump.contains(Array(user.email.utf8)))
    for secret in secrets {
      #expect(!dump.contains(secret))
      let digits = Hex.encode(secret).uppercased()
      #expect(!dump.contains(Array(digits.utf8)))
    }
  }

  @Test func `a value is shown once, to its session, for ten minutes`() throws {
    let forms = fixture.stores.forms
    let (mine, other) = (Session.ID(UUID(high: 1, low: 1)), Session.ID(UUID(high: 1, low: 2)))
    try forms.keepToShow("first", of: webhook.rawValue, to: mine)
    try forms.keepToShow("second", of: webhook.rawValue, to: mine)

    #expect(try forms.takeToShow(of: webhook.rawValue, to: other) == nil)
    #expect(try forms.takeToShow(of: user.id.rawValue, to: mine) == nil)
    #expect(try forms.takeToShow(of: webhook.rawValue, to: mine) == "second")
    #expect(try forms.takeToShow(of: webhook.rawValue, to: mine) == nil)

    try forms.keepToShow("third", of: webhook.rawValue, to: mine)
    let seconds = try fixture.number(
      "SELECT TIMESTAMPDIFF(SECOND, UTC_TIMESTAMP(6), expires_at) FROM shown_once")
    #expect((590...600).contains(seconds))
    try fixture.database.execute("UPDATE shown_once SET expires_at = UTC_TIMESTAMP(6)")
    #expect(try forms.takeToShow(of: webhook.rawValue, to: mine) == nil)
  }
}
