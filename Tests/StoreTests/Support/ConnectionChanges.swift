import Domain
import MariaDB

@testable import Store

extension Change {
  static let apps = [
    Change("app.added", "AppStore.add", "AppStore.write") { scene in
      let own = OwnApp(
        id: AppID(rawValue: "acme")!, name: "Acme", category: .crm, clientID: "id",
        clientSecret: "secret",
        addresses: .init(authorization: "https://a/a", token: "https://a/t"),
        clientAuthentication: .basic, issuer: nil, sendsIssuer: false,
        scopes: [AppScope("read", "read", isRequired: true)])
      return { try scene.stores.apps.add(own, by: scene.actor) }
    },
    Change("app.changed", "AppStore.lockedRow", "AppStore.write") { scene in
      var change = AppChange()
      change.clientSecret = "secret"
      change.withheldScopes = ["gist"]
      let settled = change
      return { try scene.stores.apps.change(Fixture.github, to: settled, by: scene.actor) }
    },
    Change("app.everyone_disconnected", "EndingEveryone.endAll", "AppStore.lockedRow") { scene in
      { try scene.stores.apps.endAll(of: Fixture.github, by: scene.actor) }
    },
  ]

  static let connections = [
    Change(
      "connection.made", "ConnectRequestStore.finish", "ConnectionSaving.save",
      "ConnectionSaving.write"
    ) { scene in
      let request = try taken(scene)
      return {
        _ = try scene.stores.connectRequests.finish(
          request, with: Fixture.grant(), by: scene.actor)
      }
    },
    Change("connection.renewed", "ConnectionSaving.save", "RevocationStore.sealed") { scene in
      try scene.fixture.connect(scene.ada)
      let request = try taken(scene)
      return {
        _ = try scene.stores.connectRequests.finish(
          request, with: Fixture.grant(access: "new", refresh: "newer", granted: ["read:user"]),
          by: scene.actor)
      }
    },
    Change("connection.made", "ConnectionSaving.save") { scene in
      { try save(scene) }
    },
    Change("connection.renewed", "ConnectionSaving.save") { scene in
      try save(scene)
      return { try save(scene) }
    },
    Change("connection.narrowed", "ConnectionTokens.save", "ConnectionSaving.write") { scene in
      let held = try claim(scene)
      return {
        _ = try scene.stores.connections.save(
          TokenGrant(
            accessToken: "new", refreshToken: nil, lifetimeSeconds: 3_600, scopes: nil),
          for: held, lifetimeSeconds: 3_600, refreshInSeconds: 3_000, change: .init(lost: ["gist"]))
      }
    },
    Change("connection.widened", "ConnectionSaving.write") { scene in
      let made = try scene.fixture.connect(scene.ada, Fixture.grant(missing: ["repo"]))
      let held = try scene.stores.connections.tokens(of: made.id)!
      return {
        try scene.stores.connections.note(.init(gained: ["repo"]), of: held, by: scene.actor)
      }
    },
    Change("connection.broke", "EndOfAccess.endAccess") { scene in
      let held = try claim(scene)
      return {
        try scene.stores.connections.fail(held, .grantIsDead(reason: "x"), by: scene.actor)
      }
    },
    Change("connection.broke", "EndOfAccess.endAccess") { scene in
      let made = try scene.fixture.connect(scene.ada)
      let damage = try scene.fixture.damage(made)
      return { try scene.stores.connections.mark(damage, by: scene.actor) }
    },
    Change("connection.broke", "EndOfAccess.endAccess", "RevocationStore.sealed") { scene in
      try scene.fixture.connect(scene.ada)
      return {
        _ = try scene.stores.revocations.end(
          Fixture.github, of: scene.ada.id, keepsRow: true, end: .revoke, by: scene.actor)
      }
    },
    Change("connection.ended", "RevocationStore.end", "RevocationStore.sealed") { scene in
      try scene.fixture.connect(scene.ada)
      return {
        _ = try scene.stores.revocations.end(
          Fixture.github, of: scene.ada.id, keepsRow: false, end: .revoke, by: scene.actor)
      }
    },
    Change("connection.ended", "ConnectRequestStore.endOpenRequests") { scene in
      try scene.fixture.connect(scene.ada)
      _ = try begun(scene)
      return {
        _ = try scene.stores.revocations.end(
          Fixture.github, of: scene.ada.id, keepsRow: false, end: .revoke, by: scene.actor)
      }
    },
    Change("connection.checked", "ConnectionSaving.noteChecked") { scene in
      try save(scene, isUnchecked: true)
      let kept = try scene.fixture.database.first("SELECT id FROM user_integrations") { row in
        try row.id(Connection.self)
      }!
      return {
        try scene.stores.connections.noteChecked(kept, of: scene.ada.id, by: scene.actor)
      }
    },
    Change("connection.site_chosen", "ConnectionSites.choose") { scene in
      let asking = Fixture.grant(granted: ["read:user"], asksForSite: true)
      let request = try taken(scene)
      _ = try scene.stores.connectRequests.finish(request, with: asking, by: scene.actor)
      let made = try scene.stores.connections.find(Fixture.github, of: scene.ada.id)!
      return { try scene.stores.connections.choose(Fixture.site, for: made, by: scene.actor) }
    },
    Change("connection.uninstalled", "Uninstalling.endUninstalled") { scene in
      try scene.fixture.connect(scene.ada, Fixture.grant(account: "7"))
      return {
        _ = try scene.stores.revocations.endUninstalled(
          Fixture.github, account: "7", clientID: "client", by: scene.actor)
      }
    },
    Change("permission.revoked", "ConnectionTokens.deny") { scene in
      let made = try scene.fixture.connect(scene.ada)
      return {
        try scene.stores.connections.deny("gist", of: made, expiresAccess: true, by: scene.actor)
      }
    },
    Change("grant.revoked", "RevocationStore.finish") { scene in
      try scene.fixture.connect(scene.ada)
      let id = try scene.stores.revocations.end(
        Fixture.github, of: scene.ada.id, keepsRow: false, end: .revoke, by: scene.actor)!
      let revocation = try scene.stores.revocations.find(id)!
      return { try scene.stores.revocations.finish(revocation, .confirmed, by: scene.actor) }
    },
    Change("connect.refused") { scene in
      let other = try scene.fixture.session(of: scene.root)
      let (state, _) = try begun(scene)
      return {
        _ = try scene.stores.connectRequests.take(
          state: state, app: Fixture.github, of: scene.root.id, in: other.id, .code("c"),
          by: scene.actor)
      }
    },
    Change("connect.failed", "ConnectRequestStore.take", "ConnectRequestStore.finish") { scene in
      let (state, session) = try begun(scene)
      return {
        _ = try scene.stores.connectRequests.take(
          state: state, app: Fixture.github, of: scene.ada.id, in: session.id,
          .outcome(.denied, detail: nil), by: scene.actor)
      }
    },
    Change("connect.failed", "ConnectRequestStore.finish") { scene in
      let request = try taken(scene)
      return {
        try scene.stores.connectRequests.finish(
          request, .providerTrouble, detail: "timeout", by: scene.actor)
      }
    },
    Change("connect.failed", "ConnectRequestStore.endLost") { scene in
      let request = try taken(scene)
      _ = try scene.stores.connectRequests.claimExchange(of: request, seconds: 0)
      return { try scene.stores.connectRequests.endLost(request, by: scene.actor) }
    },
  ]

  private static func begun(_ scene: Scene) throws -> (OAuthState, Session) {
    let session = try scene.fixture.session(of: scene.ada)
    let state = OAuthState("state-\(session.id)")
    _ = try scene.fixture.request(scene.ada, in: session, state: state)
    return (state, session)
  }

  /// A request whose code has come.
  private static func taken(_ scene: Scene) throws -> ConnectRequest {
    let (state, session) = try begun(scene)
    let taking = try scene.stores.connectRequests.take(
      state: state, app: Fixture.github, of: scene.ada.id, in: session.id, .code("c"),
      by: scene.actor)
    guard case .taken(let id) = taking else { throw StoreError.notFound }
    return try scene.stores.connectRequests.find(id, of: scene.ada.id, in: session.id)
  }

  private static func claim(_ scene: Scene) throws -> HeldTokens {
    let made = try scene.fixture.connect(scene.ada)
    let held = try scene.stores.connections.tokens(of: made.id)!
    return try scene.stores.connections.claimRefresh(of: held, seconds: 30)!
  }

  private static func save(_ scene: Scene, isUnchecked: Bool = false) throws {
    try scene.stores.connections.save(
      credentials: Array(#"{"key":"\#(UUID.new().description)"}"#.utf8),
      account: AccountIdentity(id: "1", name: "Ada"), app: AppID(rawValue: "mixpanel")!,
      of: scene.ada.id, isUnchecked: isUnchecked, by: scene.actor)
  }
}
