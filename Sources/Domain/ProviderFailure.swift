/// Why a provider did not give what it was asked for.
package enum ProviderFailure: Error, Equatable, Sendable {
  /// No answer.
  case unreachable(AttemptError)
  /// 429 or 5xx.
  case unavailable(status: Int, retryAfterSeconds: Int? = nil)
  /// The provider's own word, `invalid_grant`.
  case refused(String)
  case unreadable(Unreadable)
  /// Its address may not be called.
  case badAddress
  /// No client id, or no secret.
  case notSetUp

  package enum Unreadable: String, Sendable {
    case redirect
    case status
    case contentType = "content_type"
    case notJSON = "not_json"
    case tooLarge = "too_large"
    case noToken = "no_token"
    case tokenTooLong = "token_too_long"
    case tokenType = "token_type"
    case noAccount = "no_account"
    case otherIssuer = "other_issuer"
  }

  /// What it means for what we hold.
  package enum Kind: Sendable, Equatable {
    /// Later the same may succeed.
    case passing
    /// The grant is no longer good; only its owner can give another.
    case grantIsDead
    /// The operator has something to mend.
    case ourSetup
    /// Nobody knows; nothing that we hold is worse for it.
    case garbage
  }

  package var kind: Kind {
    switch self {
    case .unreachable(.addressRefused), .badAddress, .notSetUp: .ourSetup
    case .unreachable, .unavailable: .passing
    case .refused(let word):
      Self.deadGrant.contains(word)
        ? .grantIsDead
        : Self.ourSetup.contains(word)
          ? .ourSetup : Self.passing.contains(word) ? .passing : .garbage
    case .unreadable: .garbage
    }
  }

  /// It does not accept our client id or its secret.
  package var refusesClient: Bool {
    if case .refused(let word) = self { Self.refusedClient.contains(word) } else { false }
  }

  /// Of RFC 6749 section 5.2, of Atlassian, of Slack (four), of GitHub and HubSpot, of Microsoft.
  private static let deadGrant: Set<String> = [
    "invalid_grant", "unauthorized_client", "invalid_refresh_token", "invalid_auth",
    "token_revoked",
    "token_expired", "account_inactive", "bad_refresh_token", "interaction_required",
    "consent_required",
  ]
  private static let refusedClient: Set<String> = [
    "invalid_client", "invalid_client_id", "bad_client_secret", "incorrect_client_credentials",
  ]
  private static let ourSetup = refusedClient.union(["redirect_uri_mismatch", "bad_redirect_uri"])
  private static let passing: Set<String> = [
    "temporarily_unavailable", "server_error", "ratelimited", "internal_error", "fatal_error",
  ]

  /// For the audit log and for who mends it; no text of the provider's but its error word.
  package var word: String {
    switch self {
    case .unreachable(let error): "unreachable_\(error.rawValue)"
    case .unavailable(let status, _): "status_\(status)"
    case .refused(let word): word
    case .unreadable(let what): "unreadable_\(what.rawValue)"
    case .badAddress: "bad_address"
    case .notSetUp: "not_set_up"
    }
  }

  /// Microsoft's number of an error, `AADSTS65001`, which its description begins with: for who is asked
  /// for help. Nothing else of a description is kept, and nothing is decided by it.
  package static func reference(in description: String) -> String? {
    let start = "AADSTS"
    guard description.hasPrefix(start) else { return nil }
    let digits = description.dropFirst(start.count).prefix { ("0"..."9").contains($0) }
    return (1...12).contains(digits.count) ? start + digits : nil
  }

  /// The provider's word as it may be kept and shown: printable ASCII, at most 64 characters.
  package static func tame(_ word: String) -> String {
    let bytes = word.utf8.prefix(64).map { $0 > 0x20 && $0 < 0x7F ? $0 : UInt8(ascii: "_") }
    return String(decoding: bytes, as: UTF8.self)
  }
}
