/// The tokens to be taken back.
package struct TokenPair: Sendable, Equatable {
  package let access: String?
  package let refresh: String?

  package init(access: String?, refresh: String?) {
    self.access = access
    self.refresh = refresh
  }

  /// The refresh token takes its access tokens with it.
  var strongest: String? { refresh ?? access }
}

/// How taking back a grant at its provider ended.
package enum RevocationOutcome: String, Sendable, CaseIterable {
  case confirmed
  /// The provider did not know it any more.
  case alreadyGone = "already_gone"
  /// It did as asked, which proves nothing there.
  case bestEffort = "best_effort"
  /// Another connection lives by the same grant.
  case sharedKept = "shared_kept"
  /// The provider has no way to.
  case unsupported
  /// It refused, or did not answer for a day.
  case gaveUp = "gave_up"
  /// Our own copy of it was damaged, so that nobody could ask.
  case unreadable
}

extension Provider {
  /// nil where there is nothing to call, or no token to call it with.
  package func revocation(of tokens: TokenPair, client: ProviderClient) -> ProviderRequest? {
    guard let template = addresses.revocation else { return nil }
    let address = Self.fill(template, clientID: client.id)
    let json = (name: "Content-Type", value: "application/json")
    switch revocation {
    case .none: return nil
    case .standard, .json, .bestEffort:
      guard let token = tokens.strongest else { return nil }
      let hint = tokens.refresh == nil ? "access_token" : "refresh_token"
      let fields = [(name: "token", value: token)]
      return ProviderRequest(
        to: address,
        bodyFormat == .json ? fields : fields + [(name: "token_type_hint", value: hint)], self,
        client)
    case .tokenAlone:
      guard let token = tokens.strongest else { return nil }
      return ProviderRequest(
        method: .post, address: address,
        headers: [("Content-Type", "application/x-www-form-urlencoded")],
        body: Array(FormText.encode([("token", token)]).utf8))
    case .bearer:
      guard let token = tokens.access else { return nil }
      return ProviderRequest(
        method: .post, address: address, headers: [("Authorization", "Bearer \(token)")])
    case .gitHubGrant:
      guard let token = tokens.access else { return nil }
      return ProviderRequest(
        method: .delete, address: address,
        headers: [("Authorization", client.basic), json, ("Accept", "application/json")],
        body: JSONWriter.object { $0.member("access_token", token) })
    }
  }

  /// - Throws: `ProviderFailure` of kind passing where it is worth another try, else of any other.
  package func revocationOutcome(
    _ answer: ProviderAnswer
  ) throws(ProviderFailure) -> RevocationOutcome {
    try answer.check()
    // RFC 7009 section 2.2 has the status say it all; a page with that status is somebody else's, such
    // as a proxy's.
    if answer.isSuccess, answer.contentType == "text/html", !answer.body.isEmpty {
      throw .unreadable(.contentType)
    }
    let done: RevocationOutcome = revocation == .bestEffort ? .bestEffort : .confirmed
    let members = try? answer.object()
    if let members, members["ok"]?.bool == false || !answer.isSuccess {
      let word = members.text(at: ["error"]) ?? "status_\(answer.status)"
      if Self.meansGone.contains(word) || Self.isGone(answer.status, revocation) {
        return .alreadyGone
      }
      throw .refused(ProviderFailure.tame(word))
    }
    if answer.isSuccess { return done }
    if Self.isGone(answer.status, revocation) { return .alreadyGone }
    throw .unreadable(.status)
  }

  private static let meansGone: Set<String> = [
    "invalid_token", "unsupported_token_type", "invalid_auth", "token_revoked", "token_expired",
    "account_inactive", "not_authed", "invalid_grant", "invalid_access_token",
    "expired_access_token", "object_not_found",
  ]

  private static func isGone(_ status: Int, _ kind: RevocationKind) -> Bool {
    switch kind {
    case .gitHubGrant: status == 404 || status == 422
    case .bearer: status == 401
    case .json: status == 400
    case .standard, .tokenAlone, .bestEffort, .none: false
    }
  }

  /// `{client_id}` in an address is the client's id.
  private static func fill(_ template: String, clientID: String) -> String {
    guard let open = template.firstIndex(of: "{"), let close = template.firstIndex(of: "}"),
      open < close
    else { return template }
    return template[..<open] + PercentEncoding.encode(clientID)
      + template[template.index(after: close)...]
  }
}
