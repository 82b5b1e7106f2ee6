import Domain
import MariaDB

@testable import Store

// Connections and what is under way.
extension Fixture {
  static let github = AppID(rawValue: "github")!
  static let drive = AppID(rawValue: "google-drive")!
  static let workspace = AppID(rawValue: "google-workspace")!

  static func grant(
    _ app: AppID = github, access: String = "access-canary", refresh: String? = "refresh-canary",
    account: String = "1", lifetime: Int? = 3_600, granted: [String] = ["read:user", "gist"],
    missing: [String] = [], asksForSite: Bool = false
  ) -> NewGrant {
    NewGrant(
      app: app, clientID: "client", account: AccountIdentity(id: account, name: "Ada \(account)"),
      tokens: TokenGrant(
        accessToken: access, refreshToken: refresh, lifetimeSeconds: lifetime, scopes: nil),
      lifetimeSeconds: lifetime, refreshInSeconds: lifetime.map { $0 / 2 }, granted: granted,
      missing: missing, asksForSite: asksForSite)
  }

  static let site = ProviderSite(
    id: "7", name: "engine", address: "https://engine.example", apiOrigin: "https://api.example/7")

  @discardableResult
  func connect(_ user: User, _ grant: NewGrant = grant()) throws -> Connection {
    try stores.connections.database.transaction {
      try stores.connections.save(grant, of: user.id, by: .command)
    }
    return try stores.connections.find(grant.app, of: user.id)!
  }

  /// Spoils a connection's tokens, and finds it out.
  func damage(_ connection: Connection) throws -> DamagedConnection {
    try database.execute(
      """
      UPDATE user_integrations SET access_token_encrypted = refresh_token_encrypted
       WHERE id = \(connection.id)
      """)
    do {
      _ = try stores.connections.tokens(of: connection.id)
    } catch let damage as DamagedConnection {
      return damage
    }
    throw StoreError.unreadable("what was spoilt")
  }

  func session(of user: User) throws -> Session {
    try stores.sessions.open(for: user, address: "::1", userAgent: "", by: .command).0
  }

  func request(
    _ user: User, in session: Session, state: OAuthState, app: AppID = github
  ) throws -> ConnectRequest.ID {
    try stores.connectRequests.begin(
      app, for: user.id, session: session.id, redirectURI: "https://us.example/callback",
      departure: .init(state: state, pkce: PKCE(verifier: "verifier-canary")),
      scopes: ["read:user", "gist"])
  }
}
