package import Domain
import Glibc
package import Store

/// Access to an app as it is handed out.
package struct AccessToken: Sendable {
  package let token: String
  package let expiresAt: Timestamp?
  package let scopes: [String]
}

package enum TokenAnswerToHost: Sendable {
  case token(AccessToken)
  case needsReconnect
  case unavailable(retryAfterSeconds: Int)
}

// Access that is good when it is handed out.
extension Providers {
  /// How long a renewal may take until somebody else may try: the provider's answer, and its record.
  private static let claimSeconds = 30
  /// For so long a record that the database does not take is tried again.
  private static let recordSeconds = 10
  private static let waitMilliseconds = 2_000
  private static let pollMilliseconds = 50

  /// What is fresh as it stands.
  package func fresh(_ held: HeldTokens) -> AccessToken? {
    guard held.isFresh, let access = held.pair.access else { return nil }
    return AccessToken(token: access, expiresAt: held.expiresAt, scopes: held.granted)
  }

  /// Renews access, or waits for who does: for one expiring token one request goes out, whoever asks.
  package func renew(_ held: HeldTokens, by actor: Actor) throws -> TokenAnswerToHost {
    var held = held
    var waited = 0
    while true {
      if !held.isBeingRefreshed, let claim = try claim(held, by: actor) {
        return try refresh(claim, by: actor)
      }
      guard waited < Self.waitMilliseconds else { return .unavailable(retryAfterSeconds: 1) }
      usleep(UInt32(Self.pollMilliseconds * 1_000))
      waited += Self.pollMilliseconds
      guard let now = try tokens(of: held.connection, by: actor) else {
        return .needsReconnect
      }
      held = now
      if let token = fresh(held) { return .token(token) }
    }
  }

  private func claim(_ held: HeldTokens, by actor: Actor) throws -> HeldTokens? {
    guard held.pair.refresh != nil else { return nil }
    return try unlessDamaged(by: actor) {
      try stores.connections.claimRefresh(of: held, seconds: Self.claimSeconds)
    }
  }

  /// The claim is ours: nobody else asks the provider now.
  private func refresh(_ held: HeldTokens, by actor: Actor) throws -> TokenAnswerToHost {
    do {
      let (provider, client) = try client(of: held.app)
      let grant = try ask(provider, client, for: held)
      try stores.apps.noteAcceptance(of: held.app, clientID: client.id)
      let change = provider.change(of: held, answer: grant.scopes)
      let plan = RenewalPlan(
        provider, lifetimeSeconds: grant.lifetimeSeconds, hasRefreshToken: true)
      let isKept = try record {
        try stores.connections.save(
          grant, for: held, lifetimeSeconds: plan.lifetimeSeconds,
          refreshInSeconds: plan.refreshInSeconds, change: change)
      }
      guard isKept else {
        // The connection ended meanwhile: what came for it is nobody's.
        try stores.revocations.giveBack(
          TokenPair(access: grant.accessToken, refresh: grant.refreshToken ?? held.pair.refresh),
          of: held.app, account: held.account, user: held.user)
        return .needsReconnect
      }
      // An administrator may have disconnected everybody meanwhile: the row waits for the worker then.
      guard let now = try tokens(of: held.connection, by: actor) else {
        return .needsReconnect
      }
      return .token(
        AccessToken(token: grant.accessToken, expiresAt: now.expiresAt, scopes: now.granted))
    } catch let failure as ProviderFailure {
      return try note(failure, held, by: actor)
    }
  }

  /// Where refresh tokens rotate, what came is the only one that is good any more: a row that is locked, or
  /// a database that goes away and comes back, is waited for. The fence makes it safe to say twice.
  private func record(_ save: () throws -> Bool) throws -> Bool {
    let end = ContinuousClock.now.advanced(by: .seconds(Self.recordSeconds))
    while true {
      do {
        return try save()
      } catch {
        guard Stores.isUnavailable(error), ContinuousClock.now < end else { throw error }
        usleep(200_000)
      }
    }
  }

  private func ask(
    _ provider: Provider, _ client: ProviderClient, for held: HeldTokens
  ) throws(ProviderFailure) -> TokenGrant {
    guard let refreshToken = held.pair.refresh else { throw .refused("invalid_grant") }
    let request = provider.refresh(
      refreshToken, scopes: held.denied.isEmpty ? nil : held.granted,
      redirectURI: rules.redirectURI(of: held.app), client: client)
    return try TokenAnswer.read(call(request), shape: provider.answerShape).grant
  }

  /// Only a dead grant asks for its person; everything else is tried again.
  private func note(
    _ failure: ProviderFailure, _ held: HeldTokens, by actor: Actor
  ) throws -> TokenAnswerToHost {
    switch failure.kind {
    case .grantIsDead:
      let isOurs = try stores.connections.fail(
        held, .grantIsDead(reason: failure.word), by: actor)
      return isOurs ? .needsReconnect : .unavailable(retryAfterSeconds: 1)
    case .passing, .ourSetup, .garbage:
      try noteRefusal(failure, of: held.app)
      var wait = 30
      if case .unavailable(_, let seconds?) = failure { wait = max(seconds, wait) }
      try stores.connections.fail(held, .passing(waitSeconds: wait), by: actor)
      return .unavailable(retryAfterSeconds: 5)
    }
  }

  /// Renews what is due, for the worker: so many, and none more of an app whose provider just failed.
  /// What waits for a key of the ring waits aside, and keeps nobody else waiting.
  package func renewDue(limit: Int, isStopping: () -> Bool) throws -> Int {
    var count = 0
    var failing: Set<AppID> = []
    var locked: (count: Int, error: SealError)?
    for id in try stores.connections.dueForRefresh(limit: limit) where !isStopping() {
      do {
        guard let held = try tokens(of: id, by: .worker), !failing.contains(held.app),
          let claim = try claim(held, by: .worker)
        else { continue }
        if case .unavailable = try refresh(claim, by: .worker) { failing.insert(held.app) }
        count += 1
      } catch let error as SealError {
        try stores.connections.postponeRefresh(of: id, seconds: 60)
        locked = ((locked?.count ?? 0) + 1, error)
      }
    }
    if let locked { report("\(locked.count) connections wait for the key ring", locked.error) }
    return count
  }
}
