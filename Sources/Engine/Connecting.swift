package import Domain
import Store

// From the provider's answer in the browser to a connection.
extension Providers {
  /// How long one exchange may take: the token, whose it is, and what it reaches.
  private static let exchangeSeconds = 35

  /// Begins an authorization.
  /// - Parameter optional: Names of optional permissions that the person chose.
  /// - Throws: `ProviderFailure.notSetUp`; `StoreError.notFound` for a permission that is not
  ///   offered.
  package func begin(
    _ app: ConfiguredApp, optional: Set<String>, for user: User.ID, session: Session.ID
  ) throws -> ConnectRequest.ID {
    guard let provider = app.app.provider, app.availability == .ready else {
      throw ProviderFailure.notSetUp
    }
    guard optional.isSubset(of: provider.optionalScopes.map(\.name)) else {
      throw StoreError.notFound
    }
    let scopes = provider.scopes.filter {
      !provider.letsChoose || $0.isRequired || optional.contains($0.name)
    }
    return try stores.connectRequests.begin(
      app.id, for: user, session: session, redirectURI: rules.redirectURI(of: app.id),
      departure: .init(
        state: OAuthState(bytes: randomBytes(32)),
        pkce: provider.usesPKCE ? PKCE(bytes: randomBytes(32)) : nil),
      scopes: scopes.map(\.name))
  }

  /// Where the browser is sent; nil when the request is over or was answered.
  package func destination(of request: ConnectRequest) throws -> String? {
    let app = try stores.apps.find(request.app)
    guard let provider = app.app.provider, let clientID = app.clientID,
      let departure = try stores.connectRequests.departure(of: request)
    else { return nil }
    return AuthorizationRequest(
      provider: provider, clientID: clientID, redirectURI: request.redirectURI,
      state: departure.state, pkce: departure.pkce, scopes: request.scopes
    ).address
  }

  /// Exchanges the code, asks whose grant it is, and keeps it. Whatever happens, the request ends;
  /// unless somebody else is at it, who then ends it.
  package func exchange(_ request: ConnectRequest, by actor: Actor) throws {
    try stores.connectRequests.endLost(request, by: actor)
    guard
      let exchange = try stores.connectRequests.claimExchange(
        of: request, seconds: Self.exchangeSeconds)
    else { return }
    do {
      let (grant, reachesNothing) = try grant(for: request, exchange)
      if reachesNothing {
        try giveBack(grant, of: request.userID)
        try stores.connectRequests.finish(request, .noSite, detail: grant.account.name, by: actor)
      } else {
        try keep(grant, for: request, by: actor)
      }
    } catch let failure as ProviderFailure {
      try noteRefusal(failure, of: request.app)
      try stores.connectRequests.finish(
        request, ConnectOutcome(failure), detail: failure.word, by: actor)
    }
  }

  /// - Returns: With the grant, whether there is no site that it could work with.
  private func grant(
    for request: ConnectRequest, _ exchange: ConnectRequestStore.Exchange
  ) throws -> (NewGrant, reachesNothing: Bool) {
    // Switched off while the person was at the provider.
    guard try stores.apps.find(request.app).availability == .ready else {
      throw ProviderFailure.notSetUp
    }
    let (provider, client) = try client(of: request.app)
    let answer = try call(
      provider.exchange(
        code: exchange.code, redirectURI: request.redirectURI, pkce: exchange.pkce, client: client))
    let (tokens, members) = try TokenAnswer.read(answer, shape: provider.answerShape)
    let (account, told) = try identity(of: tokens, members, provider, client)
    let spelt = tokens.scopes ?? told
    // Where permissions are chosen at the provider, what it does not name was not chosen.
    let wanted = request.scopes
    let granted = provider.scopeDialect.granted(of: wanted, answer: spelt)
    let missing =
      provider.letsChoose
      ? wanted.filter { !granted.contains($0) }
      : provider.requiredScopes.map(\.name).filter { !granted.contains($0) }
    let plan = RenewalPlan(
      provider, lifetimeSeconds: tokens.lifetimeSeconds,
      hasRefreshToken: tokens.refreshToken != nil)
    let existing = try stores.connections.find(request.app, of: request.userID)
    // Some give back what was taken back here before: that stays taken back.
    let beyond = provider.scopesBeyond(wanted + (existing?.deniedScopes ?? []), answer: spelt)
    let isOurs = tokens.apiOrigin.map { provider.identity.allows($0) } ?? false
    let sites = try sites(of: tokens, provider)
    let site = sites?.settled(by: existing, of: account)
    let grant = NewGrant(
      app: request.app, clientID: client.id, account: account,
      tokens: TokenGrant(
        accessToken: tokens.accessToken, refreshToken: tokens.refreshToken,
        lifetimeSeconds: tokens.lifetimeSeconds, scopes: tokens.scopes,
        apiOrigin: site?.apiOrigin ?? (isOurs ? tokens.apiOrigin : nil)),
      lifetimeSeconds: plan.lifetimeSeconds, refreshInSeconds: plan.refreshInSeconds,
      granted: granted + beyond, missing: missing, site: site?.label,
      asksForSite: sites != nil && site == nil)
    return (grant, reachesNothing: sites?.isEmpty ?? false)
  }

  private func identity(
    of tokens: TokenGrant, _ members: JSONObject, _ provider: Provider, _ client: ProviderClient
  ) throws -> (AccountIdentity, scopes: [String]?) {
    guard
      let request = try provider.identityRequest(tokens, tokenAnswer: members, client: client)
    else {
      // An app of one's own without an identity address is known by its app alone.
      if case .tokenAnswer = provider.identity.source {
        return (try provider.identity.read(members), nil)
      }
      return (AccountIdentity(id: "-", name: "Connected"), nil)
    }
    let (account, scopes) = try provider.identity.read(try call(request))
    return (account, scopes)
  }

  /// Keeps a grant, unless it is another account's than is connected: the person then chooses. One that
  /// came too late to be wanted is given back.
  private func keep(_ grant: NewGrant, for request: ConnectRequest, by actor: Actor) throws {
    let existing = try stores.connections.find(request.app, of: request.userID)
    let isWanted =
      if let existing, existing.account.id != grant.account.id, !existing.isByCredentials {
        try stores.connectRequests.hold(grant, for: request)
      } else {
        try stores.connectRequests.finish(request, with: grant, by: actor)
      }
    guard !isWanted else { return }
    try giveBack(grant, of: request.userID)
    try stores.connectRequests.finish(request, .overtaken, detail: nil, by: actor)
  }

  /// Connects the other account in place of the one that is connected.
  /// - Throws: `StoreError.notFound` when there is nothing to choose any more.
  package func switchAccount(_ request: ConnectRequest, by actor: Actor) throws {
    guard let grant = try stores.connectRequests.takeHeld(request) else {
      throw StoreError.notFound
    }
    if try stores.connections.find(request.app, of: request.userID) != nil {
      _ = try disconnect(request.app, of: request.userID, mayCall: false, by: actor)
    }
    let isKept = try stores.connectRequests.finish(
      request, after: .otherAccount, with: grant, by: actor)
    guard !isKept else { return }
    try giveBack(grant, of: request.userID)
    try stores.connectRequests.finish(
      request, after: .otherAccount, .overtaken, detail: nil, by: actor)
  }

  /// Leaves what is connected, and gives the other account's grant back.
  package func keepAccount(_ request: ConnectRequest, by actor: Actor) throws {
    guard try giveBack(request) else { throw StoreError.notFound }
    try stores.connectRequests.finish(
      request, after: .otherAccount, .kept, detail: nil, by: actor)
  }

  /// Has a held grant revoked.
  /// - Returns: Whether there was one.
  @discardableResult
  package func giveBack(_ request: ConnectRequest) throws -> Bool {
    guard let grant = try stores.connectRequests.takeHeld(request) else { return false }
    try giveBack(grant, of: request.userID)
    return true
  }

  private func giveBack(_ grant: NewGrant, of user: User.ID) throws {
    try stores.revocations.giveBack(
      TokenPair(access: grant.tokens.accessToken, refresh: grant.tokens.refreshToken),
      of: grant.app, account: grant.account, user: user)
  }
}
