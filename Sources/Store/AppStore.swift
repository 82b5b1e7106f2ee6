package import Domain
import MariaDB

/// What administrators say of apps. The catalog itself is in `Domain`.
package struct AppStore {
  let database: Database
  let seal: Seal

  /// The catalog's in its order, then the administrators' own by name.
  package func all() throws -> [ConfiguredApp] {
    let rows = try load("TRUE")
    let byID = Dictionary(uniqueKeysWithValues: rows.map { ($0.id, $0) })
    return AppCatalog.apps.map { byID[$0.id] ?? ConfiguredApp($0) }
      + rows.filter(\.isOwn).sorted { $0.app.name.lowercased() < $1.app.name.lowercased() }
  }

  /// - Throws: `StoreError.notFound`.
  package func find(_ id: AppID) throws -> ConfiguredApp {
    if let row = try load("a.id = \(id.rawValue)").first { return row }
    guard let app = AppCatalog.app(id) else { throw StoreError.notFound }
    return ConfiguredApp(app)
  }

  /// Our client id and secret; nil while they are not both entered.
  package func client(of id: AppID) throws -> ProviderClient? {
    let found = try database.first(
      """
      SELECT seal_id, client_id, client_secret_sealed FROM apps
       WHERE id = \(id.rawValue) AND client_id IS NOT NULL AND client_secret_sealed IS NOT NULL
      """
    ) { row in (seal: try row.uuid(), id: try row.text(), secret: try row.bytes()) }
    guard let found else { return nil }
    let secret = try seal.open(found.secret, at: .appSecret(found.seal))
    return ProviderClient(id: found.id, secret: String(decoding: secret, as: UTF8.self))
  }

  /// Says something of an app of the catalog, or changes one of an administrator's own.
  /// - Parameter version: What the change was made from; nil takes whatever stands.
  /// - Throws: `StoreError.notFound`, `.versionConflict`.
  package func change(
    _ id: AppID, to change: AppChange, version: Int? = nil, by actor: Actor
  ) throws {
    try database.transaction {
      let sealID = try lockedRow(of: id)
      let old = try find(id)
      if let version, version != old.version { throw StoreError.versionConflict }
      try write(change, old, sealID)
      if let secret = change.clientSecret { try write(secret, to: id, sealID) }
      if let withheld = change.withheldScopes { try write(withheld, to: id) }
      let new = try find(id)
      try database.audit(
        AuditEntry(
          action: "app.changed", actor: actor, subject: sealID, before: old.auditJSON,
          after: new.auditJSON))
    }
  }

  /// The row of an app, made for one of the catalog that nobody has said anything of; locked until the
  /// caller's transaction ends.
  /// - Returns: What names it to the seal.
  /// - Throws: `StoreError.notFound`.
  func lockedRow(of id: AppID) throws -> UUID {
    try database.execute(
      """
      INSERT INTO apps (id, seal_id, enabled, version, created_at, updated_at)
      SELECT \(id.rawValue), \(try UUID.new()), TRUE, 0, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
        FROM DUAL WHERE \(AppCatalog.app(id) != nil)
      ON DUPLICATE KEY UPDATE updated_at = updated_at
      """)
    let sealID = try database.first(
      "SELECT seal_id FROM apps WHERE id = \(id.rawValue) FOR UPDATE"
    ) { row in try row.uuid() }
    guard let sealID else { throw StoreError.notFound }
    return sealID
  }

  /// Most apps of administrators' own: each page of apps shows all of them.
  static let ownLimit = 100

  /// Adds an app of an administrator's own.
  /// - Throws: `StoreError.duplicate` when its id is taken; `.limitReached`.
  package func add(_ app: OwnApp, by actor: Actor) throws {
    guard AppCatalog.app(app.id) == nil else { throw StoreError.duplicate }
    let sealID = try UUID.new()
    do {
      try database.transaction {
        let count = try database.first("SELECT COUNT(*) FROM apps WHERE name IS NOT NULL") { row in
          try row.int()
        }
        guard count ?? 0 < Self.ownLimit else { throw StoreError.limitReached(Self.ownLimit) }
        try database.execute(
          """
          INSERT INTO apps (id, seal_id, name, category, enabled, client_id, authorization_url,
                            token_url, revocation_url, identity_url, issuer, sends_issuer,
                            client_authentication, version, created_at, updated_at)
          VALUES (\(app.id.rawValue), \(sealID), \(app.name), \(app.category.rawValue), TRUE,
                  \(app.clientID), \(app.addresses.authorization), \(app.addresses.token),
                  \(app.addresses.revocation), \(app.addresses.identity), \(app.issuer),
                  \(app.sendsIssuer), \(app.clientAuthentication.rawValue), 1, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
          """)
        try write(app.clientSecret, to: app.id, sealID)
        try database.execute(
          """
          INSERT INTO app_scopes (app_id, scope, meaning, required, offered)
          VALUES (?, ?, ?, ?, TRUE)
          """,
          rows: app.scopes.map {
            [
              .text(app.id.rawValue), .text($0.name), .text($0.meaning),
              .integer($0.isRequired ? 1 : 0),
            ]
          })
        try database.audit(
          AuditEntry(
            action: "app.added", actor: actor, subject: sealID, after: try find(app.id).auditJSON))
      }
    } catch let error as DatabaseError where error.code == .duplicate {
      throw StoreError.duplicate
    }
  }

  private func write(_ change: AppChange, _ old: ConfiguredApp, _ sealID: UUID) throws {
    let addresses = change.addresses ?? old.addresses
    let issuer = change.issuer.map { $0.isEmpty ? nil : $0 } ?? old.issuer
    try database.execute(
      """
      UPDATE apps
         SET enabled = \(change.isEnabled ?? old.isEnabled),
             refused_since = IF(client_id <=> \(change.clientID ?? old.clientID), refused_since, NULL),
             client_id = \(change.clientID ?? old.clientID),
             authorization_url = \(addresses.authorization), token_url = \(addresses.token),
             revocation_url = \(addresses.revocation), identity_url = \(addresses.identity),
             issuer = \(issuer), sends_issuer = \(old.sendsIssuer && issuer == old.issuer),
             client_authentication =
               COALESCE(\(change.clientAuthentication?.rawValue), client_authentication),
             version = version + 1, updated_at = UTC_TIMESTAMP(6)
       WHERE seal_id = \(sealID)
      """)
  }

  private func write(_ secret: String, to id: AppID, _ sealID: UUID) throws {
    let sealed = try seal.seal(Array(secret.utf8), at: .appSecret(sealID))
    try database.execute(
      """
      UPDATE apps
         SET client_secret_sealed = \(sealed), secret_last_four = \(secret.lastFour),
             secret_set_at = UTC_TIMESTAMP(6), refused_since = NULL
       WHERE id = \(id.rawValue)
      """)
  }

  private func write(_ withheld: Set<String>, to id: AppID) throws {
    guard AppCatalog.app(id) != nil else { return }
    try database.execute("DELETE FROM app_scopes WHERE app_id = \(id.rawValue)")
    try database.execute(
      "INSERT INTO app_scopes (app_id, scope, required, offered) VALUES (?, ?, FALSE, FALSE)",
      rows: withheld.sorted().map { [.text(id.rawValue), .text($0)] })
  }

  private func load(_ condition: SQL) throws -> [ConfiguredApp] {
    let scopes = try database.query(
      """
      SELECT s.app_id, s.scope, s.meaning, s.required, s.offered
        FROM app_scopes AS s JOIN apps AS a ON a.id = s.app_id
       WHERE \(condition) ORDER BY s.app_id, s.required DESC, s.scope
      """
    ) { row in
      (
        app: try row.text(), scope: try row.text(), meaning: try row.optionalText(),
        isRequired: try row.bool(), isOffered: try row.bool()
      )
    }
    let rows = try database.query(
      """
      SELECT a.id, a.name, a.category, a.enabled, a.client_id, a.secret_last_four,
             a.secret_set_at, a.authorization_url, a.token_url, a.revocation_url, a.identity_url,
             a.issuer, a.sends_issuer, a.client_authentication, a.version, a.refused_since,
             a.refused_word
        FROM apps AS a WHERE \(condition)
      """, AppRow.init(row:))
    return rows.compactMap { row in
      let own = scopes.filter { $0.app == row.id && $0.isOffered }
        .map { AppScope($0.scope, $0.meaning ?? $0.scope, isRequired: $0.isRequired) }
      let withheld = scopes.filter { $0.app == row.id && !$0.isOffered }.map(\.scope)
      return row.app(ownScopes: own, withheld: Set(withheld))
    }
  }
}

/// What is to be said of an app; nil leaves what stands.
package struct AppChange: Sendable {
  package var isEnabled: Bool?
  package var clientID: String?
  package var clientSecret: String?
  package var addresses: ConfiguredApp.Addresses?
  /// Empty: none is known, or the catalog's.
  package var issuer: String?
  /// Of an administrator's own; the catalog knows its apps'.
  package var clientAuthentication: Provider.ClientAuthentication?
  package var withheldScopes: Set<String>?

  package init() {}
}

/// An app of an administrator's own, to be added.
package struct OwnApp: Sendable {
  package let id: AppID
  package let name: String
  package let category: App.Category
  package let clientID: String
  package let clientSecret: String
  package let addresses: Provider.Addresses
  package let clientAuthentication: Provider.ClientAuthentication
  package let issuer: String?
  /// Its discovery document says that each answer names it.
  package let sendsIssuer: Bool
  package let scopes: [AppScope]

  package init(
    id: AppID, name: String, category: App.Category, clientID: String, clientSecret: String,
    addresses: Provider.Addresses, clientAuthentication: Provider.ClientAuthentication,
    issuer: String?, sendsIssuer: Bool, scopes: [AppScope]
  ) {
    self.id = id
    self.name = name
    self.category = category
    self.clientID = clientID
    self.clientSecret = clientSecret
    self.addresses = addresses
    self.clientAuthentication = clientAuthentication
    self.issuer = issuer
    self.sendsIssuer = sendsIssuer
    self.scopes = scopes
  }
}

private struct AppRow {
  let id: String
  let name: String?
  let category: App.Category?
  let isEnabled: Bool
  let clientID: String?
  let lastFour: String?
  let secretSetAt: Timestamp?
  let addresses: ConfiguredApp.Addresses
  let issuer: String?
  let sendsIssuer: Bool
  let clientAuthentication: Provider.ClientAuthentication?
  let version: Int
  let refusal: ConfiguredApp.Refusal?

  init(row: inout Row) throws {
    id = try row.text()
    name = try row.optionalText()
    category = try row.optionalWord()
    isEnabled = try row.bool()
    clientID = try row.optionalText()
    lastFour = try row.optionalText()
    secretSetAt = try row.optionalTimestamp()
    addresses = ConfiguredApp.Addresses(
      authorization: try row.optionalText(), token: try row.optionalText(),
      revocation: try row.optionalText(), identity: try row.optionalText())
    issuer = try row.optionalText()
    sendsIssuer = try row.bool()
    clientAuthentication = try row.optionalWord()
    version = try row.int()
    let (since, word) = (try row.optionalTimestamp(), try row.optionalText())
    refusal = since.map { ConfiguredApp.Refusal(since: $0, word: word ?? "") }
  }

  /// nil for one that a later version's catalog has no more.
  func app(ownScopes: [AppScope], withheld: Set<String>) -> ConfiguredApp? {
    guard let id = AppID(rawValue: id) else { return nil }
    let base: App
    if let name, let category {
      base = App(
        id: id, name: name, category: category, purpose: "Added by your administrator.",
        letters: String(name.prefix(2)), colour: "#545D69",
        way: .oauth(
          .own(
            addresses: .init(
              authorization: addresses.authorization ?? "", token: addresses.token ?? "",
              revocation: addresses.revocation, identity: addresses.identity),
            // What was added before this could be said did so.
            clientAuthentication: clientAuthentication ?? .post, scopes: ownScopes,
            issuer: .init(issuer, isAlwaysSent: sendsIssuer))))
    } else if let app = AppCatalog.app(id) {
      base = app
    } else {
      return nil
    }
    var app = ConfiguredApp(
      base, isOwn: name != nil, isEnabled: isEnabled, clientID: clientID, secretLastFour: lastFour,
      secretSetAt: secretSetAt, addresses: addresses, issuer: issuer, sendsIssuer: sendsIssuer,
      withheldScopes: withheld, version: version)
    app.refusal = refusal
    return app
  }
}

extension SealedPlace {
  /// It belongs to nobody in particular.
  static func appSecret(_ row: UUID) -> SealedPlace {
    SealedPlace(table: "apps", column: "client_secret_sealed", row: row, user: .zero)
  }
}

extension ConfiguredApp {
  /// What the audit log keeps of it: no secret, only that there is another.
  fileprivate var auditJSON: [UInt8] {
    JSONWriter.object {
      $0.member("app", id.rawValue)
      $0.member("enabled", isEnabled)
      $0.member("client_id", clientID)
      $0.member("secret_set_at", secretSetAt)
      $0.member("authorization_url", addresses.authorization)
      $0.member("token_url", addresses.token)
      $0.member("revocation_url", addresses.revocation)
      $0.member("identity_url", addresses.identity)
      $0.member("issuer", issuer)
      if isOwn {
        $0.member("client_authentication", app.provider?.clientAuthentication.rawValue)
      }
      $0.member("withheld_scopes", withheldScopes.sorted())
    }
  }
}

extension String {
  /// Nothing of a secret that is hardly longer.
  fileprivate var lastFour: String {
    count >= 12 ? String(suffix(4).map { $0.isASCII ? $0 : "*" }) : ""
  }
}
