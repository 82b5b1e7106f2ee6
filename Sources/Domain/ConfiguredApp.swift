/// An app together with what an administrator has said of it.
package struct ConfiguredApp: Sendable {
  package enum Availability: Sendable, Equatable {
    case ready
    /// Nobody has entered our client id and secret.
    case notSetUp
    /// An administrator has switched it off.
    case off
  }

  /// Addresses that were entered instead of the catalog's.
  package struct Addresses: Sendable, Equatable {
    package var authorization: String?
    package var token: String?
    package var revocation: String?
    package var identity: String?

    package init(
      authorization: String? = nil, token: String? = nil, revocation: String? = nil,
      identity: String? = nil
    ) {
      self.authorization = authorization
      self.token = token
      self.revocation = revocation
      self.identity = identity
    }
  }

  /// The app as it is used: with the addresses, and the permissions that are offered.
  package let app: App
  /// Every permission, offered or not.
  package let allScopes: [AppScope]
  package let isOwn: Bool
  package let isEnabled: Bool
  package let clientID: String?
  /// What an administrator knows the secret by; nil: there is none.
  package let secretLastFour: String?
  package let secretSetAt: Timestamp?
  package let addresses: Addresses
  package let issuer: String?
  /// The provider says that each of its answers names it. Of an administrator's own; the catalog knows
  /// its apps'.
  package let sendsIssuer: Bool
  package let withheldScopes: Set<String>
  /// 0 where nothing was said of it yet.
  package let version: Int
  /// nil: its provider accepts our client, as far as is known.
  package var refusal: Refusal?

  /// Since when its provider refuses our client id or secret, and the first word that it had for it.
  package struct Refusal: Sendable, Equatable {
    package let since: Timestamp
    package let word: String

    package init(since: Timestamp, word: String) {
      self.since = since
      self.word = word
    }
  }

  package init(
    _ base: App, isOwn: Bool = false, isEnabled: Bool = true, clientID: String? = nil,
    secretLastFour: String? = nil, secretSetAt: Timestamp? = nil,
    addresses: Addresses = Addresses(), issuer: String? = nil, sendsIssuer: Bool = false,
    withheldScopes: Set<String> = [],
    version: Int = 0
  ) {
    app = base.with(addresses, issuer: issuer, withholding: withheldScopes)
    allScopes = base.provider?.scopes ?? []
    self.isOwn = isOwn
    self.isEnabled = isEnabled
    self.clientID = clientID
    self.secretLastFour = secretLastFour
    self.secretSetAt = secretSetAt
    self.addresses = addresses
    self.issuer = issuer
    self.sendsIssuer = sendsIssuer
    self.withheldScopes = withheldScopes
    self.version = version
  }

  package var id: AppID { app.id }

  package var availability: Availability {
    if !isEnabled { return .off }
    if app.provider == nil { return .ready }
    return clientID == nil || secretLastFour == nil ? .notSetUp : .ready
  }
}

extension App {
  fileprivate func with(
    _ addresses: ConfiguredApp.Addresses, issuer: String?, withholding: Set<String>
  ) -> App {
    var app = self
    switch way {
    case .oauth(var provider):
      provider.addresses.authorization =
        addresses.authorization ?? provider.addresses.authorization
      provider.addresses.token = addresses.token ?? provider.addresses.token
      provider.addresses.revocation = addresses.revocation ?? provider.addresses.revocation
      provider.addresses.identity = addresses.identity ?? provider.addresses.identity
      if let issuer { provider.issuer = provider.issuer.replaced(by: issuer) }
      provider.scopes.removeAll { !$0.isRequired && withholding.contains($0.name) }
      app.way = .oauth(provider)
    case .credentials(var form):
      form.trialAddress = addresses.identity
      app.way = .credentials(form)
    }
    return app
  }
}

extension Provider.Issuer {
  fileprivate func replaced(by issuer: String) -> Provider.Issuer {
    if case .always = self { .always(issuer) } else { .ifPresent(issuer) }
  }

  /// Whether an `iss` that came, or none, is as it has to be. RFC 9207 section 2.4.
  package func accepts(_ issuer: String?) -> Bool {
    switch self {
    case .unknown: true
    case .ifPresent(let expected): issuer.map { Self.names(expected, $0) } ?? true
    case .always(let expected): issuer.map { Self.names(expected, $0) } ?? false
    }
  }

  /// Stands for the id of a tenant, which is a UUID, in an issuer that has many.
  static let tenantGap: Substring = "{tenantid}"

  /// The same text; but for the gap, if there is one.
  private static func names(_ expected: String, _ issuer: String) -> Bool {
    let wanted = expected.split(separator: "/", omittingEmptySubsequences: false)
    let parts = issuer.split(separator: "/", omittingEmptySubsequences: false)
    return wanted.count == parts.count
      && zip(wanted, parts).allSatisfy { wanted, part in
        wanted.utf8.elementsEqual(part.utf8)
          || (wanted == tenantGap && UUID(String(part)) != nil)
      }
  }
}
