package import Domain
package import Store

// The end of a connection, here and at the provider.
extension Providers {
  /// Ends a connection here at once and, if there is time for it, at the provider; else the worker
  /// goes on.
  /// - Parameter mayCall: Whether the provider may be called now.
  /// - Returns: nil where the worker goes on.
  /// - Throws: `StoreError.notFound`.
  package func disconnect(
    _ app: AppID, of user: User.ID, mayCall: Bool, keepsRow: Bool = false, by actor: Actor
  ) throws -> RevocationOutcome? {
    let provider = try? stores.apps.find(app).app.provider
    let end: GrantEnd = provider?.addresses.revocation == nil ? .unsupported : .revoke
    let id = try stores.revocations.end(
      app, of: user, keepsRow: keepsRow, end: end, by: actor)
    guard let id else { return try stores.revocations.last(of: app, user: user)?.outcome }
    return mayCall ? try revoke(id, by: actor) : nil
  }

  /// Takes a grant back at its provider.
  /// - Returns: nil where it is to be tried again later.
  @discardableResult
  package func revoke(_ id: Revocation.ID, by actor: Actor) throws -> RevocationOutcome? {
    guard let revocation = try stores.revocations.find(id) else { return nil }
    if revocation.isDamaged {
      report("a grant cannot be given back", SealError.changedOrMoved)
      try stores.revocations.finish(revocation, .unreadable, by: actor)
      return .unreadable
    }
    if revocation.isTooOld {
      try stores.revocations.finish(revocation, .gaveUp, by: actor)
      return .gaveUp
    }
    do {
      let outcome = try call(revocation)
      try stores.revocations.finish(revocation, outcome, by: actor)
      return outcome
    } catch let failure as ProviderFailure {
      // A refusal, too, may be our set-up's fault, which somebody mends within the day.
      let wait = failure.kind == .passing ? 5 : 60
      try stores.revocations.postpone(
        id, seconds: min(3_600, wait << min(revocation.attempts, 10)))
      return nil
    }
  }

  private func call(_ revocation: Revocation) throws -> RevocationOutcome {
    let (provider, client) = try client(of: revocation.app)
    let tokens = try liveTokens(revocation, provider, client)
    guard let tokens else { return .alreadyGone }
    guard let request = provider.revocation(of: tokens, client: client) else {
      return .unsupported
    }
    return try provider.revocationOutcome(try call(request))
  }

  /// Where the access token itself is shown, it has to be a live one.
  /// - Returns: nil when the provider knows the grant no more.
  private func liveTokens(
    _ revocation: Revocation, _ provider: Provider, _ client: ProviderClient
  ) throws -> TokenPair? {
    guard provider.revocation == .bearer, let refresh = revocation.tokens.refresh else {
      return revocation.tokens
    }
    do throws(ProviderFailure) {
      let answer = try call(
        provider.refresh(
          refresh, scopes: nil, redirectURI: rules.redirectURI(of: revocation.app), client: client))
      let grant = try TokenAnswer.read(answer, shape: provider.answerShape).grant
      return TokenPair(access: grant.accessToken, refresh: grant.refreshToken ?? refresh)
    } catch {
      guard error.kind == .grantIsDead else { throw error }
      return nil
    }
  }

  /// How taking one permission back ended. providers.md section 2.
  package enum PermissionEnd: Sendable, Equatable {
    case narrowedAtProvider
    /// The grant was given back; the person connects again with less.
    case connectAgain
    case localOnly
  }

  /// Takes one permission back: here at once, and at the provider as far as that goes.
  /// - Throws: `StoreError.notFound` for one that is not granted, is needed, or is chosen at the
  ///   provider.
  package func revoke(
    _ scope: String, of connection: Connection, mayCall: Bool, by actor: Actor
  ) throws -> PermissionEnd {
    guard let provider = try stores.apps.find(connection.app).app.provider,
      provider.removal != .atProvider,
      provider.scope(named: scope)?.isRequired != true
    else { throw StoreError.notFound }
    try stores.connections.deny(
      scope, of: connection, expiresAccess: true, by: actor)
    switch provider.removal {
    case .atProvider, .localOnly: return .localOnly
    case .connectAgain:
      // Other connections live by the grant: it stays, and we use less of it.
      if try !stores.connections.sharing(connection).isEmpty { return .localOnly }
      _ = try disconnect(
        connection.app, of: connection.userID, mayCall: mayCall, keepsRow: true, by: actor)
      return .connectAgain
    case .narrowsGrant:
      guard mayCall, let held = try tokens(of: connection.id, by: actor) else {
        return .localOnly
      }
      guard case .token(let token) = try renew(held, by: actor) else { return .localOnly }
      return token.scopes.contains(scope) ? .localOnly : .narrowedAtProvider
    }
  }
}
