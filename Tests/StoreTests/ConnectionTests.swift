import Domain
import MariaDB
import Testing

@testable import Store

/// Connections: what is kept of a grant, and who sees it.
struct ConnectionTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private var connections: ConnectionStore { fixture.stores.connections }

  @Test func `a grant becomes a connection with its permissions`() throws {
    let made = try fixture.connect(user, Fixture.grant(missing: ["repo"]))

    #expect(made.status == .connected && made.isLimited)
    #expect(made.account.name == "Ada 1")
    #expect(made.grantedScopes == ["gist", "read:user"])
    #expect(made.missingScopes == ["repo"])
    let held = try #require(try connections.tokens(of: Fixture.github, user: user.id))
    #expect(held.pair == TokenPair(access: "access-canary", refresh: "refresh-canary"))
    #expect(held.isFresh)
  }

  @Test func `check 27: the same token sealed twice differs, and no table has it in the clear`()
    throws
  {
    try fixture.connect(user)
    let other = try fixture.user("other@example.com")
    try fixture.connect(other, Fixture.grant(account: "2"))

    #expect(
      try fixture.number("SELECT COUNT(DISTINCT access_token_encrypted) FROM user_integrations")
        == 2)
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM user_integrations
         WHERE INSTR(access_token_encrypted, 'canary') OR INSTR(refresh_token_encrypted, 'canary')
        """) == 0)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE after_change LIKE '%canary%'") == 0)
  }

  @Test func `check 28: tokens of two rows swapped are both unreadable`() throws {
    let other = try fixture.user("other@example.com")
    try fixture.connect(user)
    try fixture.connect(other, Fixture.grant(account: "2"))
    try fixture.database.run(
      script: """
        CREATE TEMPORARY TABLE two AS SELECT id, access_token_encrypted AS token FROM user_integrations;
        UPDATE user_integrations AS c JOIN two AS t ON t.id <> c.id
           SET c.access_token_encrypted = t.token;
        """)

    for each in [user, other] {
      #expect(throws: DamagedConnection.self) {
        try connections.tokens(of: Fixture.github, user: each.id)
      }
    }
  }

  @Test func `check 28: a refresh token in the access token's place is unreadable`() throws {
    try fixture.connect(user)
    try fixture.database.execute(
      "UPDATE user_integrations SET access_token_encrypted = refresh_token_encrypted")

    #expect(throws: DamagedConnection.self) {
      try connections.tokens(of: Fixture.github, user: user.id)
    }
  }

  @Test func `check 33: nobody finds another's connection`() throws {
    try fixture.connect(user)
    let other = try fixture.user("other@example.com")

    #expect(try connections.find(Fixture.github, of: other.id) == nil)
    #expect(try connections.list(of: other.id).isEmpty)
    #expect(try connections.tokens(of: Fixture.github, user: other.id) == nil)
    #expect(throws: StoreError.notFound) {
      try fixture.stores.revocations.end(
        Fixture.github, of: other.id, keepsRow: false, end: .revoke, by: .command)
    }
  }

  @Test func `connecting again replaces the tokens and keeps what was taken back`() throws {
    let made = try fixture.connect(user)
    try connections.deny("gist", of: made, expiresAccess: true, by: .command)
    let again = try fixture.connect(
      user, Fixture.grant(access: "second", granted: ["read:user"]))

    #expect(again.id == made.id)
    #expect(again.grantedScopes == ["read:user"] && again.deniedScopes == ["gist"])
    #expect(try connections.tokens(of: Fixture.github, user: user.id)?.pair.access == "second")
  }

  @Test func `a grant whose place another takes is given back, unless they are one`() throws {
    let dropbox = AppID(rawValue: "dropbox")!
    for app in [dropbox, Fixture.github] {
      try fixture.connect(user, Fixture.grant(app, access: "one", refresh: "old"))
      try fixture.connect(user, Fixture.grant(app, access: "two", refresh: "new"))
      try fixture.connect(user, Fixture.grant(app, access: "three", refresh: "new"))
    }

    #expect(
      try fixture.number("SELECT COUNT(*) FROM revocations WHERE provider = 'dropbox'") == 1)
    #expect(try fixture.number("SELECT COUNT(*) FROM revocations WHERE provider = 'github'") == 0)
  }

  @Test func `keys that nobody tried stay so until they were accepted`() throws {
    let mixpanel = AppID(rawValue: "mixpanel")!
    let account = AccountIdentity(id: "1", name: "1")
    func keep(isUnchecked: Bool) throws -> Connection {
      try connections.save(
        credentials: Array("{}".utf8), account: account, app: mixpanel, of: user.id,
        isUnchecked: isUnchecked, by: .command)
      return try #require(try connections.find(mixpanel, of: user.id))
    }

    let kept = try keep(isUnchecked: true)
    #expect(kept.isUnchecked)
    for _ in 1...2 { try connections.noteChecked(kept.id, of: user.id, by: .command) }
    #expect(try connections.find(mixpanel, of: user.id)?.isUnchecked == false)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'connection.checked'") == 1)
    #expect(try keep(isUnchecked: true).isUnchecked)
    #expect(try !keep(isUnchecked: false).isUnchecked)
  }

  @Test func `a permission taken back ends the access token at hand`() throws {
    let made = try fixture.connect(user)
    try connections.deny("gist", of: made, expiresAccess: true, by: .command)

    let held = try #require(try connections.tokens(of: Fixture.github, user: user.id))
    #expect(!held.isFresh && !held.denied.isEmpty && held.granted == ["read:user"])
    #expect(throws: StoreError.notFound) {
      try connections.deny("gist", of: made, expiresAccess: true, by: .command)
    }
  }
}

/// Renewing access: one at a time, and nothing comes back that has gone.
struct RefreshTests {
  let fixture: Fixture
  let user: User
  let held: HeldTokens

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    try fixture.connect(user, Fixture.grant(lifetime: 0))
    held = try fixture.stores.connections.tokens(of: Fixture.github, user: user.id)!
  }

  private var connections: ConnectionStore { fixture.stores.connections }
  private let fresh = TokenGrant(
    accessToken: "new", refreshToken: "rotated", lifetimeSeconds: 3_600, scopes: nil)

  private func save(_ grant: TokenGrant, _ held: HeldTokens) throws -> Bool {
    try connections.save(
      grant, for: held, lifetimeSeconds: 3_600, refreshInSeconds: 3_000, change: .init())
  }

  @Test func `check 37: of many who would renew one may`() throws {
    let claims = try inParallel(8) { [options = fixture.options, held] _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      try stores.ping()
      gate.wait()
      return try stores.connections.claimRefresh(of: held, seconds: 30) != nil
    }

    #expect(claims.filter { $0 }.count == 1)
    #expect(try connections.tokens(of: Fixture.github, user: user.id)?.isBeingRefreshed == true)
  }

  @Test func `check 39: both new tokens are kept at once`() throws {
    let claim = try #require(try connections.claimRefresh(of: held, seconds: 30))

    #expect(try save(fresh, claim))
    let now = try #require(try connections.tokens(of: Fixture.github, user: user.id))
    #expect(now.pair == TokenPair(access: "new", refresh: "rotated"))
    #expect(now.isFresh && !now.isBeingRefreshed)
  }

  @Test func `a permission that a renewal lost is told from one that was never given`() throws {
    let made = try fixture.connect(
      user, Fixture.grant(granted: ["read:user", "gist"], missing: ["repo"]))
    #expect(made.missingScopes == ["repo"] && made.lostScopes.isEmpty)
    let held = try #require(try connections.tokens(of: Fixture.github, user: user.id))
    let claim = try #require(try connections.claimRefresh(of: held, seconds: 15))
    #expect(
      try connections.save(
        TokenGrant(accessToken: "a", refreshToken: nil, lifetimeSeconds: 60, scopes: nil),
        for: claim, lifetimeSeconds: 60, refreshInSeconds: 30, change: .init(lost: ["gist"])))

    let now = try #require(try connections.find(Fixture.github, of: user.id))
    #expect(now.missingScopes == ["gist", "repo"] && now.lostScopes.map(\.name) == ["gist"])
    #expect(try fixture.connect(user, Fixture.grant(missing: ["repo"])).lostScopes.isEmpty)
  }

  @Test func `what came by itself is told once, and what its person took back stays taken back`()
    throws
  {
    let made = try fixture.connect(user, Fixture.grant(missing: ["repo"]))
    try connections.deny("gist", of: made, expiresAccess: false, by: .command)
    let held = try #require(try connections.tokens(of: Fixture.github, user: user.id))
    let change = ScopeChange(gained: ["repo", "read:org", "gist"])
    for _ in 1...2 { try connections.note(change, of: held, by: .command) }

    let now = try #require(try connections.find(Fixture.github, of: user.id))
    #expect(now.grantedScopes == ["read:org", "read:user", "repo"])
    #expect(now.gainedScopes.map(\.name) == ["read:org", "repo"])
    #expect(now.deniedScopes == ["gist"] && now.missingScopes.isEmpty)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'connection.widened'") == 1)
    #expect(try fixture.connect(user).gainedScopes.isEmpty)
  }

  @Test func `what was read before a reconnect changes nothing of it`() throws {
    try fixture.connect(user)
    let held = try #require(try connections.tokens(of: Fixture.github, user: user.id))
    try fixture.connect(user)
    try connections.note(.init(lost: ["gist"]), of: held, by: .command)

    #expect(try connections.find(Fixture.github, of: user.id)?.missingScopes == [])
  }

  @Test func `check 40: the old refresh token stays when no new one comes`() throws {
    let claim = try #require(try connections.claimRefresh(of: held, seconds: 30))
    let grant = TokenGrant(
      accessToken: "new", refreshToken: nil, lifetimeSeconds: 3_600, scopes: nil)

    #expect(try save(grant, claim))
    #expect(
      try connections.tokens(of: Fixture.github, user: user.id)?.pair.refresh == "refresh-canary")
  }

  @Test func `check 38: a connection that has ended does not come back`() throws {
    let claim = try #require(try connections.claimRefresh(of: held, seconds: 30))
    _ = try fixture.stores.revocations.end(
      Fixture.github, of: user.id, keepsRow: false, end: .revoke, by: .command)

    #expect(try !save(fresh, claim))
    #expect(try connections.find(Fixture.github, of: user.id) == nil)
  }

  @Test func `check 41: who was overtaken marks nothing as broken`() throws {
    let claim = try #require(try connections.claimRefresh(of: held, seconds: 0))
    let second = try #require(try connections.claimRefresh(of: claim, seconds: 30))
    #expect(try save(fresh, second))

    #expect(try !connections.fail(claim, .grantIsDead(reason: "invalid_grant"), by: .worker))
    #expect(try connections.find(Fixture.github, of: user.id)?.status == .connected)
  }

  @Test func `check 43: who found the grant dead keeps nothing that comes after`() throws {
    let claim = try #require(try connections.claimRefresh(of: held, seconds: 30))
    #expect(try connections.fail(claim, .grantIsDead(reason: "invalid_grant"), by: .worker))

    #expect(try !save(fresh, claim))
    #expect(try !connections.fail(claim, .grantIsDead(reason: "again"), by: .worker))
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM user_integrations
         WHERE reconnect_reason = 'invalid_grant' AND access_token_encrypted IS NULL
        """) == 1)
  }

  @Test func `check 43: a dead grant needs its person, a passing trouble does not`() throws {
    let claim = try #require(try connections.claimRefresh(of: held, seconds: 30))
    try connections.fail(claim, .passing(waitSeconds: 30), by: .worker)
    #expect(try connections.find(Fixture.github, of: user.id)?.status == .connected)
    #expect(try connections.dueForRefresh(limit: 10).isEmpty)

    let again = try #require(
      try connections.claimRefresh(of: connections.tokens(of: claim.connection)!, seconds: 30))
    try connections.fail(again, .grantIsDead(reason: "invalid_grant"), by: .worker)
    let broken = try #require(try connections.find(Fixture.github, of: user.id))
    guard case .needsReconnect(_, "invalid_grant") = broken.status else {
      Issue.record("it is \(broken.status)")
      return
    }
    #expect(try connections.tokens(of: Fixture.github, user: user.id) == nil)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'connection.broke'") == 1)
  }
}

/// Ending a connection.
struct RevocationStoreTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  private var revocations: RevocationStore { fixture.stores.revocations }

  private func end(_ app: AppID, keepsRow: Bool = false) throws -> Revocation.ID? {
    try revocations.end(app, of: user.id, keepsRow: keepsRow, end: .revoke, by: .command)
  }

  @Test func `check 48: tokens are gone at once, but for their revocation`() throws {
    try fixture.connect(user)
    let id = try #require(try end(Fixture.github))

    #expect(try fixture.number("SELECT COUNT(*) FROM user_integrations") == 0)
    #expect(try fixture.number("SELECT COUNT(*) FROM connection_scopes") == 0)
    let revocation = try #require(try revocations.find(id))
    #expect(revocation.tokens == TokenPair(access: "access-canary", refresh: "refresh-canary"))

    try revocations.finish(revocation, .confirmed, by: .command)
    #expect(try revocations.find(id) == nil)
    #expect(try revocations.last(of: Fixture.github, user: user.id)?.outcome == .confirmed)
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM revocations WHERE access_token_encrypted IS NOT NULL") == 0)
  }

  @Test func `check 51: a grant that another connection lives by is kept until the last goes`()
    throws
  {
    try fixture.connect(user, Fixture.grant(Fixture.drive))
    let workspace = try fixture.connect(user, Fixture.grant(Fixture.workspace))
    #expect(try fixture.stores.connections.sharing(workspace) == [Fixture.drive])

    #expect(try end(Fixture.drive) == nil)
    #expect(try revocations.last(of: Fixture.drive, user: user.id)?.outcome == .sharedKept)
    #expect(try end(Fixture.workspace) != nil)
  }

  @Test func `one that is to be connected again keeps what was taken back`() throws {
    let made = try fixture.connect(user)
    try fixture.stores.connections.deny("gist", of: made, expiresAccess: false, by: .command)
    #expect(try end(Fixture.github, keepsRow: true) != nil)

    let now = try #require(try fixture.stores.connections.find(Fixture.github, of: user.id))
    #expect(now.status.word == "needs_reconnect" && now.deniedScopes == ["gist"])
    #expect(try fixture.stores.connections.tokens(of: Fixture.github, user: user.id) == nil)
  }

  @Test func `a due revocation is one worker's`() throws {
    try fixture.connect(user)
    let id = try #require(try end(Fixture.github))
    #expect(try revocations.takeDue(limit: 10).isEmpty)
    try revocations.postpone(id, seconds: 0)

    #expect(try revocations.takeDue(limit: 10) == [id])
    #expect(try revocations.takeDue(limit: 10).isEmpty)
  }
}

/// Authorizations under way.
struct ConnectRequestTests {
  let fixture: Fixture
  let user: User
  let session: Session
  let state = OAuthState(bytes: [UInt8](repeating: 3, count: 32))

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    session = try fixture.session(of: user)
  }

  private var requests: ConnectRequestStore { fixture.stores.connectRequests }

  private func take(
    _ app: AppID = Fixture.github, by someone: User? = nil, in other: Session? = nil
  ) throws -> ConnectRequestStore.Taking {
    try requests.take(
      state: state, app: app, of: (someone ?? user).id, in: (other ?? session).id,
      .code("code-canary"), by: .command)
  }

  @Test func `check 1: neither state nor verifier nor code is in the clear`() throws {
    let id = try fixture.request(user, in: session, state: state)
    #expect(try take() == .taken(id))

    let found = try fixture.number(
      """
      SELECT COUNT(*) FROM oauth_requests
       WHERE INSTR(CONCAT_WS('|', state_hash, secrets_encrypted, code_encrypted), \(state.text))
          OR INSTR(secrets_encrypted, 'canary') OR INSTR(code_encrypted, 'canary')
      """)
    #expect(found == 0)
  }

  @Test func `check 2: another's session takes nothing, and it is on record`() throws {
    let id = try fixture.request(user, in: session, state: state)
    let bob = try fixture.user("bob@example.com")

    #expect(try take(by: bob, in: fixture.session(of: bob)) == .ofAnother)
    #expect(try take(in: fixture.session(of: user)) == .ofAnother)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE action = 'connect.refused'") == 2)
    #expect(try take() == .taken(id))
  }

  @Test func `check 3: an answer is taken once, and exchanged once`() throws {
    let id = try fixture.request(user, in: session, state: state)
    let takings = try inParallel(4) {
      [options = fixture.options, state, user, session] _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      try stores.ping()
      gate.wait()
      return try stores.connectRequests.take(
        state: state, app: Fixture.github, of: user.id, in: session.id, .code("c"), by: .command)
    }
    #expect(takings.filter { $0 == .taken(id) }.count == 1)
    #expect(takings.filter { $0 == .again(id) }.count == 3)

    let request = try requests.find(id, of: user.id, in: session.id)
    let exchange = try #require(try requests.claimExchange(of: request, seconds: 20))
    #expect(exchange.pkce?.verifier == "verifier-canary")
    #expect(try requests.claimExchange(of: request, seconds: 20) == nil)
  }

  @Test func `check 4: after ten minutes it is over`() throws {
    _ = try fixture.request(user, in: session, state: state)
    try fixture.database.execute(
      "UPDATE oauth_requests SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 MINUTE")

    #expect(try take() == .expired)
  }

  @Test func `check 13: an answer for another app is refused`() throws {
    _ = try fixture.request(user, in: session, state: state)

    #expect(try take(Fixture.drive) == .ofAnother)
  }

  @Test func `a request that has ended keeps no secret, and a connection comes with it`() throws {
    let id = try fixture.request(user, in: session, state: state)
    _ = try take()
    let request = try requests.find(id, of: user.id, in: session.id)
    #expect(try requests.finish(request, with: Fixture.grant(missing: ["repo"]), by: .command))

    let ended = try requests.find(id, of: user.id, in: session.id)
    #expect(ended.state == .ended(.limited, detail: "Ada 1"))
    #expect(try fixture.stores.connections.find(Fixture.github, of: user.id) != nil)
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM oauth_requests
         WHERE code_encrypted IS NOT NULL OR secrets_encrypted IS NOT NULL
        """) == 0)
  }

  @Test func `check 22: a grant of another account waits to be chosen`() throws {
    let id = try fixture.request(user, in: session, state: state)
    let request = try requests.find(id, of: user.id, in: session.id)
    #expect(try requests.hold(Fixture.grant(account: "2"), for: request))

    #expect(try requests.takeHeld(request)?.account.id == "2")
    #expect(try requests.takeHeld(request) == nil)
  }
}

/// What administrators say of apps.
struct AppStoreTests {
  let fixture: Fixture
  init() throws { fixture = try Fixture() }
  private var apps: AppStore { fixture.stores.apps }

  @Test func `without a word of an administrator there are the catalog's, not set up`() throws {
    let all = try apps.all()

    #expect(all.count == 18)
    #expect(all.filter { $0.availability == .notSetUp }.count == 16)
    #expect(try apps.client(of: Fixture.github) == nil)
  }

  @Test func `check 30: a client's secret is sealed, and known by four characters`() throws {
    var change = AppChange()
    change.clientID = "id"
    change.clientSecret = "canary-secret-1234"
    change.addresses = .init(token: "https://as.example/token")
    try apps.change(Fixture.github, to: change, version: 0, by: .command)

    let app = try apps.find(Fixture.github)
    #expect(app.availability == .ready && app.secretLastFour == "1234" && app.version == 1)
    #expect(app.app.provider?.addresses.token == "https://as.example/token")
    #expect(try apps.client(of: Fixture.github)?.secret == "canary-secret-1234")
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM apps WHERE INSTR(client_secret_sealed, 'canary')") == 0)
    #expect(
      try fixture.number("SELECT COUNT(*) FROM audit_log WHERE after_change LIKE '%canary%'") == 0)
    #expect(throws: StoreError.versionConflict) {
      try apps.change(Fixture.github, to: change, version: 0, by: .command)
    }
  }

  @Test func `an app of one's own is found with its permissions, and its id is taken`() throws {
    let own = OwnApp(
      id: AppID(rawValue: "acme")!, name: "Acme", category: .crm, clientID: "id",
      clientSecret: "secret", addresses: .init(authorization: "https://a/a", token: "https://a/t"),
      clientAuthentication: .basic, issuer: nil, sendsIssuer: false,
      scopes: [AppScope("read", "read", isRequired: true)])
    try apps.add(own, by: .command)

    let found = try apps.find(own.id)
    #expect(found.isOwn && found.availability == .ready)
    #expect(found.app.provider?.requiredScopes.map(\.name) == ["read"])
    #expect(found.app.provider?.clientAuthentication == .basic)
    #expect(try apps.all().count == 19)
    #expect(throws: StoreError.duplicate) { try apps.add(own, by: .command) }
    try fixture.database.execute(
      """
      INSERT INTO apps (id, seal_id, name, category, enabled, version, created_at, updated_at)
      SELECT CONCAT('own-', seq), UUID(), CONCAT('Own ', seq), 'crm', TRUE, 1, UTC_TIMESTAMP(6),
             UTC_TIMESTAMP(6)
        FROM seq_1_to_99
      """)
    #expect(throws: StoreError.limitReached(100)) { try apps.add(own, by: .command) }
    #expect(throws: StoreError.notFound) { try apps.find(AppID(rawValue: "nothing")!) }
  }

  @Test func `check 12: what an issuer says of its answers holds until another is entered`() throws
  {
    let own = OwnApp(
      id: AppID(rawValue: "acme")!, name: "Acme", category: .crm, clientID: "id",
      clientSecret: "secret", addresses: .init(authorization: "https://a/a", token: "https://a/t"),
      clientAuthentication: .basic, issuer: "https://a", sendsIssuer: true, scopes: [])
    try apps.add(own, by: .command)
    var change = AppChange()
    change.isEnabled = false
    try apps.change(own.id, to: change, by: .command)
    #expect(try apps.find(own.id).app.provider?.issuer == .always("https://a"))

    change.issuer = "https://b"
    try apps.change(own.id, to: change, by: .command)

    #expect(try apps.find(own.id).app.provider?.issuer == .ifPresent("https://b"))
  }

  @Test func `an issuer that is emptied is none, and what is not spoken of stays`() throws {
    let own = OwnApp(
      id: AppID(rawValue: "acme")!, name: "Acme", category: .crm, clientID: "id",
      clientSecret: "secret", addresses: .init(authorization: "https://a/a", token: "https://a/t"),
      clientAuthentication: .basic, issuer: "https://a", sendsIssuer: true, scopes: [])
    try apps.add(own, by: .command)
    var change = AppChange()
    change.issuer = ""
    try apps.change(own.id, to: change, by: .command)

    let found = try apps.find(own.id)
    #expect(found.issuer == nil && !found.sendsIssuer)
    #expect(found.app.provider?.issuer == .unknown)
    #expect(found.clientID == "id" && found.addresses.token == "https://a/t")
  }

  @Test func `check 43: a refused client is told of until it is accepted or another`() throws {
    func enter(_ client: String, secret: String) throws {
      var change = AppChange()
      change.clientID = client
      change.clientSecret = secret
      try apps.change(Fixture.github, to: change, by: .command)
    }
    func refuse(_ client: String = "id", _ word: String = "invalid_client") throws {
      try apps.noteRefusal(of: Fixture.github, clientID: client, word: word)
    }
    try enter("id", secret: "secret")
    try refuse("an older one")
    #expect(try apps.find(Fixture.github).refusal == nil)

    try refuse()
    let first = try #require(try apps.find(Fixture.github).refusal)
    try refuse("id", "bad_client_secret")
    #expect(try apps.find(Fixture.github).refusal == first && first.word == "invalid_client")

    try apps.noteAcceptance(of: Fixture.github, clientID: "an older one")
    #expect(try apps.find(Fixture.github).refusal != nil)
    try apps.noteAcceptance(of: Fixture.github, clientID: "id")
    #expect(try apps.find(Fixture.github).refusal == nil)
    for (client, secret) in [("id", "another"), ("other", "another")] {
      try refuse()
      try enter(client, secret: secret)
      #expect(try apps.find(Fixture.github).refusal == nil)
    }
  }

  @Test func `check 36: how a secret is shown, and to whom it is, is told when it changes`() throws
  {
    let own = OwnApp(
      id: AppID(rawValue: "acme")!, name: "Acme", category: .crm, clientID: "id",
      clientSecret: "secret", addresses: .init(authorization: "https://a/a", token: "https://a/t"),
      clientAuthentication: .basic, issuer: "https://a", sendsIssuer: false, scopes: [])
    try apps.add(own, by: .command)
    var change = AppChange()
    change.clientAuthentication = .post
    change.issuer = "https://b"
    try apps.change(own.id, to: change, by: .command)

    func told(_ action: String, _ column: SQL, _ member: String) throws -> String? {
      try fixture.database.first(
        "SELECT JSON_VALUE(\(column), \("$." + member)) FROM audit_log WHERE action = \(action)"
      ) { row in try row.optionalText() } ?? nil
    }
    #expect(try told("app.added", "after_change", "client_authentication") == "basic")
    #expect(try told("app.changed", "before_change", "client_authentication") == "basic")
    #expect(try told("app.changed", "after_change", "client_authentication") == "post")
    #expect(try told("app.changed", "after_change", "issuer") == "https://b")
    // The catalog knows its apps' itself.
    try apps.change(Fixture.github, to: AppChange(), by: .command)
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM audit_log WHERE INSTR(after_change, 'client_authentication')") == 2)
  }

  @Test func `check 29: all that is sealed is sealed anew with another key`() throws {
    let user = try fixture.user()
    var change = AppChange()
    change.clientID = "id"
    change.clientSecret = "secret"
    try apps.change(Fixture.github, to: change, by: .command)
    try fixture.connect(user)
    let ring = Fixture.keys.adding(Fixture.key(9, byte: 9)).promoting(9)!
    let stores = fixture.moreStores(keys: ring)

    #expect(try stores.sealed.reEncryptAll().sealed == 3)
    #expect(
      try stores.connections.tokens(of: Fixture.github, user: user.id)?.pair.access
        == "access-canary")
    #expect(try stores.apps.client(of: Fixture.github)?.secret == "secret")
  }

  @Test func `check 29: what is under way goes on when the key that sealed it is gone`() throws {
    let user = try fixture.user()
    let session = try fixture.session(of: user)
    func begin(_ word: String) throws -> ConnectRequest {
      let id = try fixture.request(user, in: session, state: OAuthState(word))
      return try fixture.stores.connectRequests.find(id, of: user.id, in: session.id)
    }
    let (waiting, returned, held) = (try begin("one"), try begin("two"), try begin("three"))
    _ = try fixture.stores.connectRequests.take(
      state: OAuthState("two"), app: Fixture.github, of: user.id, in: session.id, .code("code"),
      by: .command)
    #expect(try fixture.stores.connectRequests.hold(Fixture.grant(account: "2"), for: held))
    let ring = Fixture.keys.adding(Fixture.key(9, byte: 9)).promoting(9)!

    // Two verifiers, a code, a grant.
    #expect(try fixture.moreStores(keys: ring).sealed.reEncryptAll().sealed == 4)

    let requests = fixture.moreStores(keys: KeyRing(primary: Fixture.key(9, byte: 9)))
      .connectRequests
    #expect(try requests.departure(of: waiting)?.pkce?.verifier == "verifier-canary")
    let exchange = try #require(try requests.claimExchange(of: returned, seconds: 20))
    #expect(exchange.code == "code" && exchange.pkce?.verifier == "verifier-canary")
    #expect(try requests.takeHeld(held)?.tokens.accessToken == "access-canary")
  }

  @Test func `check 29: what is damaged is named, and stands in the way of nothing else`() throws {
    let users = try ["a@example.com", "b@example.com"].map { try fixture.user($0) }
    for user in users { try fixture.connect(user, Fixture.grant(account: user.email)) }
    let connection = try #require(
      try fixture.stores.connections.find(Fixture.github, of: users[0].id))
    _ = try fixture.damage(connection)
    let ring = Fixture.keys.adding(Fixture.key(9, byte: 9)).promoting(9)!

    let tally = try fixture.moreStores(keys: ring).sealed.reEncryptAll()

    #expect(tally.sealed == 3)
    #expect(tally.damaged == ["user_integrations.access_token_encrypted of \(connection.id)"])
  }
}

/// Check 52: an account removed us at its provider.
struct UninstallTests {
  @Test func `check 52: the connections of that account end, and no other's`() throws {
    let fixture = try Fixture()
    let users = try ["a@example.com", "b@example.com"].map { try fixture.user($0) }
    try fixture.connect(users[0], Fixture.grant(account: "7:11"))
    try fixture.connect(users[1], Fixture.grant(account: "7:12"))
    let revocations = fixture.stores.revocations

    func end(_ account: String, client: String = "client") throws -> Int {
      try revocations.endUninstalled(
        Fixture.github, account: account, clientID: client, by: .worker)
    }
    #expect(try end("7:11", client: "other") == 0)
    #expect(try end("7:11") == 1)
    #expect(try end("7:11") == 0)

    #expect(try fixture.stores.connections.find(Fixture.github, of: users[0].id) == nil)
    #expect(try fixture.stores.connections.find(Fixture.github, of: users[1].id) != nil)
    #expect(
      try revocations.last(of: Fixture.github, user: users[0].id)?.outcome == .alreadyGone)
    #expect(
      try fixture.number(
        "SELECT COUNT(*) FROM audit_log WHERE action = 'connection.uninstalled'") == 1)
  }
}
