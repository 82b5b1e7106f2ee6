/// The OAuth 2.0 side of an app: addresses, and where it differs from RFC 6749.
package struct Provider: Sendable {
  package struct Addresses: Sendable, Equatable {
    package var authorization: String
    package var token: String
    /// nil where it has none.
    package var revocation: String?
    package var identity: String?

    package init(
      authorization: String, token: String, revocation: String? = nil, identity: String? = nil
    ) {
      self.authorization = authorization
      self.token = token
      self.revocation = revocation
      self.identity = identity
    }
  }

  /// How the client shows its secret. RFC 6749 section 2.3.1.
  package enum ClientAuthentication: String, Sendable { case basic, post }

  package enum BodyFormat: String, Sendable { case form, json }

  /// Under which name permissions are asked for.
  package enum ScopeParameter: Sendable {
    /// They are fixed at the provider and never asked for.
    case none
    case scope
    case userScope
    /// Optional ones in a parameter of their own.
    case scopeAndOptionalScope
  }

  /// Whether answers to the browser carry `iss`. RFC 9207.
  package enum Issuer: Sendable, Equatable {
    /// Not known: what comes is not judged.
    case unknown
    case ifPresent(String)
    case always(String)

    /// - Parameter isAlwaysSent: Whether the provider says that each of its answers carries it.
    package init(_ issuer: String?, isAlwaysSent: Bool) {
      self = issuer.map { isAlwaysSent ? .always($0) : .ifPresent($0) } ?? .unknown
    }
  }

  /// What renewing access takes.
  package enum Renewal: Sendable, Equatable {
    /// There is no refresh token.
    case none
    /// The refresh token stays the same unless a new one comes.
    case refreshToken(sendsRedirectURI: Bool = false, narrowsAccess: Bool = false)
  }

  /// What taking one permission back comes to. providers.md section 2.
  package enum ScopeRemoval: Sendable, Equatable {
    /// A refresh with fewer scopes makes the whole grant narrower.
    case narrowsGrant
    /// The grant is revoked, and the person connects again with less.
    case connectAgain
    /// We use it no longer; the provider goes on listing it.
    case localOnly
    /// It is chosen at the provider.
    case atProvider
  }

  package var addresses: Addresses
  package var clientAuthentication = ClientAuthentication.post
  package var bodyFormat = BodyFormat.form
  /// S256, unless the provider refuses it.
  package var usesPKCE = true
  package var scopeParameter = ScopeParameter.scope
  package var scopeSeparator: Character = " "
  package var scopeDialect = ScopeDialect.plain
  /// Added to the authorization request.
  package var parameters: [(name: String, value: String)] = []
  /// Headers of the token request.
  package var headers: [(name: String, value: String)] = []
  package var issuer = Issuer.unknown
  package var scopes: [AppScope]
  package var answerShape = TokenAnswer.Shape.standard
  package var renewal = Renewal.refreshToken()
  /// Taken for `expires_in` where the provider sends none; nil: the token does not expire.
  package var assumedLifetimeSeconds: Int?
  /// Refreshed at least so often, so that a refresh token that is not used does not lapse.
  package var idleLimitDays: Int?
  package var identity = IdentityCall.userInfo
  /// Where a grant may reach several sites, and a person works with one of them.
  package var sites: SiteCall?
  package var revocation = RevocationKind.standard
  package var removal = ScopeRemoval.connectAgain
  /// Sends a DELETE to the callback when an account removes us there.
  package var signalsUninstall = false
  /// An administrator may agree for a whole organisation, on a page beside the one that people see.
  package var hasAdminConsent = false
  /// What stays good at the provider after it has confirmed a revocation, as a sentence.
  package var leftover: String?
  /// Apps with the same word share one grant for each account, as far as they share a client.
  package var sharedGrant: String?
  /// Where a person sees and removes the grant at the provider.
  package var accountPage: String?
  /// Its name in words, where there is no address: "Settings, then Connections".
  package var accountPlace: String

  /// Where an administrator of a person's organisation agrees for all of its people; nil where there is no
  /// such page.
  ///
  /// Source: Microsoft identity platform, "Grant tenant-wide admin consent to an application".
  package func adminConsent(clientID: String, redirectURI: String) -> String? {
    guard hasAdminConsent else { return nil }
    var base = addresses.authorization
    let ending = ["/oauth2/v2.0/authorize", "/authorize"].first { base.hasSuffix($0) }
    base = String(base.dropLast(ending?.count ?? 0))
    // Personal accounts, which are among `common`, have no administrator.
    if base.hasSuffix("/common") { base = base.dropLast(7) + "/organizations" }
    return base + "/adminconsent?"
      + FormText.encode([("client_id", clientID), ("redirect_uri", redirectURI)])
  }

  package func scope(named name: String) -> AppScope? {
    scopes.first { $0.name == name }
  }

  package var requiredScopes: [AppScope] { scopes.filter(\.isRequired) }
  package var optionalScopes: [AppScope] { scopes.filter { !$0.isRequired } }

  /// Whether a person chooses permissions with us, or at the provider alone.
  package var letsChoose: Bool {
    if case .none = scopeParameter { false } else { true }
  }
}

/// How a grant is taken back at the provider.
package enum RevocationKind: Sendable, Equatable {
  /// RFC 7009.
  case standard
  /// RFC 7009 without client authentication.
  case tokenAlone
  /// A JSON body with the token, the client as HTTP Basic.
  case json
  /// A POST without a body, the access token as Bearer.
  case bearer
  /// `DELETE` of the whole grant, the client as HTTP Basic, the access token in a JSON body.
  case gitHubGrant
  /// Works for some; no answer proves anything.
  case bestEffort
  case none
}

extension Provider {
  /// An administrator's own app.
  package static func own(
    addresses: Addresses, clientAuthentication: ClientAuthentication, scopes: [AppScope],
    issuer: Issuer
  ) -> Provider {
    Provider(
      addresses: addresses, clientAuthentication: clientAuthentication, issuer: issuer,
      scopes: scopes,
      assumedLifetimeSeconds: 55 * 60, accountPlace: "the provider’s own settings")
  }
}
