/// One authorization under way: from the press of Connect to the result page.
package struct ConnectRequest: Sendable {
  package typealias ID = Identifier<ConnectRequest>

  package enum State: Sendable, Equatable {
    /// The person is at the provider.
    case waiting
    /// The provider has sent a code, which is yet to be exchanged.
    case returned
    case ended(ConnectOutcome, detail: String?)
  }

  package let id: ID
  package let app: AppID
  package let userID: User.ID
  package let redirectURI: String
  package let scopes: [String]
  package let createdAt: Timestamp
  package let expiresAt: Timestamp
  package let state: State

  package init(
    id: ID, app: AppID, userID: User.ID, redirectURI: String, scopes: [String],
    createdAt: Timestamp, expiresAt: Timestamp, state: State
  ) {
    self.id = id
    self.app = app
    self.userID = userID
    self.redirectURI = redirectURI
    self.scopes = scopes
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.state = state
  }

  package static let lifetimeSeconds = 600
}

/// How connecting ended, in our own words.
package enum ConnectOutcome: String, Sendable, CaseIterable {
  case connected
  /// With fewer permissions than were asked for.
  case limited
  /// Another account than is connected now: the person has to choose.
  case otherAccount = "other_account"
  /// Connected, and the person has to say which of the provider's sites to work with.
  case chooseSite = "choose_site"
  /// There is no site that it could work with.
  case noSite = "no_site"
  /// The person kept the one that was there.
  case kept
  case denied
  /// Somebody there has to agree first.
  case needsAdmin = "needs_admin"
  /// Its app is for the accounts of one organisation, and this is none of them.
  case accountRefused = "account_refused"
  /// The provider signs nobody in within another program's window.
  case embeddedBrowser = "embedded_browser"
  case providerTrouble = "provider_trouble"
  /// What came cannot be used.
  case unreadable
  /// The operator has something to mend.
  case misconfigured
  /// The code was no longer good.
  case codeExpired = "code_expired"
  /// The answer came from somebody else than was asked.
  case wrongIssuer = "wrong_issuer"
  /// The person disconnected while it was under way.
  case overtaken

  package var isSuccess: Bool { self == .connected || self == .limited }

  /// What a provider's error in the callback means. RFC 6749 section 4.1.2.1, and theirs.
  package init(callbackError word: String) {
    self =
      switch word {
      case "access_denied", "user_cancelled_login", "user_denied": .denied
      case "consent_required", "interaction_required", "admin_policy_enforced",
        "OAUTH_APP_BLOCKED", "OAUTH_APPROVAL_ERROR_GENERIC":
        .needsAdmin
      case "org_internal", "invalid_team_for_non_distributed_app": .accountRefused
      case "disallowed_useragent": .embeddedBrowser
      case "server_error", "temporarily_unavailable": .providerTrouble
      case "invalid_scope", "invalid_request", "unauthorized_client", "unsupported_response_type",
        "redirect_uri_mismatch", "bad_redirect_uri", "application_suspended":
        .misconfigured
      default: .providerTrouble
      }
  }

  /// What a failed exchange means.
  package init(_ failure: ProviderFailure) {
    if case .refused("consent_required") = failure {
      self = .needsAdmin
      return
    }
    if case .refused("interaction_required") = failure {
      self = .needsAdmin
      return
    }
    self =
      switch failure.kind {
      case .passing: .providerTrouble
      case .ourSetup: .misconfigured
      case .grantIsDead: .codeExpired
      case .garbage:
        switch failure {
        case .refused("bad_verification_code"), .refused("invalid_code"),
          .refused("bad_auth_code"):
          .codeExpired
        case .refused: .providerTrouble
        default: .unreadable
        }
      }
  }
}
