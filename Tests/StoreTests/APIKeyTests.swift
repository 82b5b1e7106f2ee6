import Domain
import MariaDB
import Testing

@testable import Store

@Suite struct APIKeyTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `a key names its user and its scopes`() throws {
    let key = try create(scopes: [.eventsWrite, .webhooksRead])

    let holder = try #require(try fixture.stores.apiKeys.find(key))

    #expect(holder.user?.id == user.id && holder.user?.email == user.email)
    #expect(holder.scopes == [.eventsWrite, .webhooksRead])
  }

  @Test func `every scope can be kept, and none`() throws {
    for scopes in [Set(APIScope.allCases), []] {
      let key = try create(scopes: scopes)
      #expect(try fixture.stores.apiKeys.find(key)?.scopes == scopes)
    }
  }

  @Test func `a service key has no user`() throws {
    let key = try fixture.stores.apiKeys.create(
      for: nil, name: "host", scopes: [.metrics], expiresAt: nil, by: .command)

    let holder = try #require(try fixture.stores.apiKeys.find(key))
    #expect(holder.user == nil && holder.scopes == [.metrics])
  }

  @Test func `an unknown key is not found`() throws {
    _ = try create()

    #expect(
      try fixture.stores.apiKeys.find(APIKey(random: [UInt8](repeating: 1, count: 32))) == nil)
  }

  @Test func `a key is good until it expires`() throws {
    let now = try fixture.stores.queue.databaseTime()
    let good = try create(expiresAt: now.advanced(bySeconds: 60))
    let over = try create(expiresAt: now.advanced(bySeconds: -1))

    #expect(try fixture.stores.apiKeys.find(good) != nil)
    #expect(try fixture.stores.apiKeys.find(over) == nil)
  }

  @Test func `a revoked key is not found, and cannot be revoked again`() throws {
    let (key, other) = (try create(), try create())

    try fixture.stores.apiKeys.revoke(prefix: key.prefix, by: .command)

    #expect(try fixture.stores.apiKeys.find(key) == nil)
    #expect(try fixture.stores.apiKeys.find(other) != nil)
    #expect(throws: StoreError.notFound) {
      try fixture.stores.apiKeys.revoke(prefix: key.prefix, by: .command)
    }
    #expect(try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action LIKE 'api_key.%'") == 3)
  }

  @Test func `a prefix is taken to the letter, and a shared one revokes nothing`() throws {
    let key = try create()
    _ = try create()
    let prefix = "pb_AbCdEfGh"
    try fixture.database.execute("UPDATE api_keys SET prefix = \(prefix)")
    for other in ["pb_abcdefgh", "pb_AbCdEfGh ", "pb_AbCdEf", "pb_AbCdEfG_", "%"] {
      #expect(throws: StoreError.notFound) {
        try fixture.stores.apiKeys.revoke(prefix: other, by: .command)
      }
    }

    #expect(throws: StoreError.duplicate) {
      try fixture.stores.apiKeys.revoke(prefix: prefix, by: .command)
    }
    #expect(try fixture.stores.apiKeys.find(key) != nil)
  }

  @Test func `a disabled or deleted user's key is not found`() throws {
    let key = try create()
    try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command)
    #expect(try fixture.stores.apiKeys.find(key) == nil)

    try fixture.stores.users.setStatus(.active, of: user.id, by: .command)
    #expect(try fixture.stores.apiKeys.find(key) != nil)
    try fixture.database.execute("UPDATE users SET email = NULL, deleted_at = NOW(6)")
    #expect(try fixture.stores.apiKeys.find(key) == nil)
  }

  @Test func `a use is noted to the minute`() throws {
    let key = try create()
    #expect(try fixture.number("SELECT last_used_at IS NULL FROM api_keys") == 1)
    _ = try fixture.stores.apiKeys.find(key)
    #expect(try secondsSinceUse() == 0)

    for (seconds, isNoted) in [(50, false), (61, true)] {
      try fixture.database.execute(
        "UPDATE api_keys SET last_used_at = UTC_TIMESTAMP(6) - INTERVAL \(seconds) SECOND")
      _ = try fixture.stores.apiKeys.find(key)
      #expect((try secondsSinceUse() < 50) == isNoted)
    }
  }

  private func create(scopes: Set<APIScope> = [], expiresAt: Timestamp? = nil) throws -> APIKey {
    try fixture.stores.apiKeys.create(
      for: user.id, name: "CI", scopes: scopes, expiresAt: expiresAt, by: .command)
  }

  private func secondsSinceUse() throws -> Int {
    try fixture.number("SELECT TIMESTAMPDIFF(SECOND, last_used_at, UTC_TIMESTAMP(6)) FROM api_keys")
  }
}
