import Domain
import MariaDB
import Testing

@testable import Store

/// People, and the throttling of those who guess at passwords.
@Suite struct UserTests {
  let fixture: Fixture

  init() throws {
    fixture = try Fixture()
  }

  @Test func `a user is found by id and by address in any case`() throws {
    let user = try fixture.user("Ada@Example.com", role: .administrator)

    #expect(user.email == "ada@example.com")
    #expect(try fixture.stores.users.find(email: "ADA@example.com")?.id == user.id)
    #expect(try fixture.stores.users.find(user.id)?.role == .administrator)
    #expect(try fixture.stores.users.find(email: "ada@example.com ") == nil)
    #expect(try fixture.stores.users.find(User.ID(UUID(high: 1, low: 1))) == nil)
  }

  @Test func `an address or an id is taken once`() throws {
    let user = try fixture.user()

    #expect(throws: StoreError.duplicate) { try fixture.user("ADA@example.com") }
    #expect(throws: StoreError.duplicate) {
      try fixture.stores.users.add(
        id: user.id, email: "new@example.com", role: .user, passwordHash: nil, by: .command)
    }
    #expect(try fixture.number("SELECT COUNT(*) FROM audit_log") == 1)
  }

  @Test func `a host may keep its own ids, of any version`() throws {
    let id = User.ID(UUID(high: 0x0192_D3A4_0000_4000, low: 0x8000_0000_0000_0001))

    try fixture.stores.users.add(
      id: id, email: "ada@example.com", role: .user, passwordHash: nil, by: .command)

    #expect(try fixture.stores.users.find(email: "ada@example.com")?.id == id)
    #expect(try fixture.text("SELECT user_id('ada@example.com')") == id.description)
  }

  @Test func `a deleted user is not found, and the address is free again`() throws {
    let user = try fixture.user()
    try fixture.database.execute("UPDATE users SET email = NULL, deleted_at = NOW(6)")

    #expect(try fixture.stores.users.find(user.id) == nil)
    #expect(throws: StoreError.notFound) {
      try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command)
    }
    #expect(try fixture.user().id != user.id)
  }

  @Test func `several who see a user first make one`() throws {
    let options = fixture.options

    let ids = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      gate.wait()
      return try stores.users.findOrAdd(email: "ada@example.com", by: .command).id
    }

    #expect(Set(ids).count == 1)
    #expect(try fixture.stores.users.find(email: "ada@example.com")?.role == .user)
  }

  @Test func `a password's hash is kept and replaced as it is`() throws {
    let user = try fixture.stores.users.add(
      email: "ada@example.com", role: .user, passwordHash: "scrypt$ln=1", by: .command)
    #expect(try fixture.stores.users.passwordHash(of: user.id) == "scrypt$ln=1")

    try fixture.stores.users.upgradePasswordHash("scrypt$ln=2", of: user.id)

    #expect(try fixture.stores.users.passwordHash(of: user.id) == "scrypt$ln=2")
    #expect(try fixture.stores.users.passwordHash(of: fixture.user("b@example.com").id) == nil)
  }

  @Test func `a status is changed once, and told once`() throws {
    let user = try fixture.user()

    for _ in 1...2 { try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command) }

    #expect(try fixture.stores.users.find(user.id)?.status == .disabled)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'user.disabled'") == 1)
  }
}

@Suite struct SignInThrottleTests {
  let fixture: Fixture
  private let ada = SignInThrottle.Subject.account(email: "ada@example.com")

  init() throws {
    fixture = try Fixture()
  }

  @Test func `five failures are free, then each blocks twice as long, up to 15 minutes`() throws {
    for _ in 1...5 { try fixture.stores.throttle.recordFailure(ada, by: .command) }
    #expect(try fixture.stores.throttle.secondsBlocked(ada) == nil)

    for seconds in [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900] {
      try fixture.stores.throttle.recordFailure(ada, by: .command)
      let blocked = try #require(try fixture.stores.throttle.secondsBlocked(ada))
      #expect(blocked <= seconds && blocked >= seconds - 1)
    }
  }

  @Test func `an account is known in any case, and no other is blocked with it`() throws {
    for _ in 1...6 { try fixture.stores.throttle.recordFailure(ada, by: .command) }

    let throttle = fixture.stores.throttle
    #expect(try throttle.secondsBlocked(.account(email: "ADA@Example.com")) != nil)
    #expect(try throttle.secondsBlocked(.account(email: "eve@example.com")) == nil)
    #expect(try throttle.secondsBlocked(.network("ada@example.com")) == nil)
  }

  @Test func `a network may fail fifty times`() throws {
    let network = SignInThrottle.Subject.network("203.0.113.0/24")
    for _ in 1...50 { try fixture.stores.throttle.recordFailure(network, by: .command) }
    #expect(try fixture.stores.throttle.secondsBlocked(network) == nil)

    try fixture.stores.throttle.recordFailure(network, by: .command)
    #expect(try fixture.stores.throttle.secondsBlocked(network) != nil)
  }

  @Test func `a block ends by itself, and its count goes on for an hour`() throws {
    for _ in 1...7 { try fixture.stores.throttle.recordFailure(ada, by: .command) }
    try age("UPDATE sign_in_failures SET blocked_until = blocked_until - INTERVAL 5 SECOND")
    #expect(try fixture.stores.throttle.secondsBlocked(ada) == nil)
    try fixture.stores.throttle.recordFailure(ada, by: .command)
    let blocked = try #require(try fixture.stores.throttle.secondsBlocked(ada))
    #expect((7...8).contains(blocked))

    try age(
      """
      UPDATE sign_in_failures SET last_at = last_at - INTERVAL 3601 SECOND, blocked_until = last_at
      """)
    for _ in 1...5 { try fixture.stores.throttle.recordFailure(ada, by: .command) }
    #expect(try fixture.stores.throttle.secondsBlocked(ada) == nil)
  }

  @Test func `a success forgets the failures`() throws {
    for _ in 1...6 { try fixture.stores.throttle.recordFailure(ada, by: .command) }

    try fixture.stores.throttle.forget(ada)

    #expect(try fixture.stores.throttle.secondsBlocked(ada) == nil)
    for _ in 1...5 { try fixture.stores.throttle.recordFailure(ada, by: .command) }
    #expect(try fixture.stores.throttle.secondsBlocked(ada) == nil)
  }

  @Test func `the audit log tells when a block begins, once, and not what was typed`() throws {
    let user = try fixture.user()
    let throttle = fixture.stores.throttle
    let somebody = Actor(kind: .user, address: "198.51.100.7")
    for _ in 1...9 { try throttle.recordFailure(ada, by: somebody) }
    for _ in 1...9 { try throttle.recordFailure(.account(email: "hunter2"), by: somebody) }
    for _ in 1...60 { try throttle.recordFailure(.network("198.51.100.0/24"), by: somebody) }

    let told = try fixture.stores.audit.page(AuditSearch()).records.filter {
      $0.action.hasPrefix("sign_in.")
    }

    #expect(
      told.map(\.action) == ["sign_in.network_blocked", "sign_in.blocked", "sign_in.blocked"])
    #expect(told.map(\.userID) == [nil, nil, user.id])
    #expect(told.allSatisfy { $0.who == .somebody && $0.address == "198.51.100.7" })
    #expect(
      told.map { $0.after.map { String(decoding: $0, as: UTF8.self) } }
        == [#"{"network":"198.51.100.0/24"}"#, nil, nil])
  }

  @Test func `failures at once are all counted`() throws {
    let options = fixture.options

    _ = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      gate.wait()
      for _ in 1...5 {
        try stores.throttle.recordFailure(.account(email: "ada@example.com"), by: .command)
      }
    }

    #expect(try fixture.number("SELECT failures FROM sign_in_failures") == 20)
  }

  private func age(_ sql: SQL) throws {
    try fixture.database.execute(sql)
  }
}
