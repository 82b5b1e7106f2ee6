package import Domain
import Store

/// The sites that a connection reaches, as its provider lists them now.
package enum SiteListing: Sendable, Equatable {
  case sites([ProviderSite])
  /// Only the person can mend it.
  case needsReconnect
  /// The provider did not say.
  case unavailable
}

// Which of a provider's sites is worked with. It is always one of those that the provider lists at
// that moment.
extension Providers {
  /// Asks with the access that we hold, renewed first where it has to be.
  /// - Throws: `StoreError.notFound` for an app that knows no sites.
  package func sites(of connection: Connection, by actor: Actor) throws -> SiteListing {
    let app = try stores.apps.find(connection.app).app
    guard let provider = app.provider, let call = provider.sites else { throw StoreError.notFound }
    guard let held = try tokens(of: connection.app, user: connection.userID, by: actor)
    else { return .needsReconnect }
    let access: AccessToken
    if let fresh = fresh(held) {
      access = fresh
    } else {
      switch try renew(held, by: actor) {
      case .token(let token): access = token
      case .needsReconnect: return .needsReconnect
      case .unavailable: return .unavailable
      }
    }
    do {
      let answer = try self.call(call.request(access.token, provider))
      // As if the person had pressed Check now: what is dead is found to be so.
      if answer.status == 401 {
        return try check(connection, by: actor) == .refused ? .needsReconnect : .unavailable
      }
      return .sites(try call.read(answer, provider))
    } catch is ProviderFailure {
      return .unavailable
    }
  }

  /// The sites of a grant that has just come; nil where its provider knows none.
  func sites(of tokens: TokenGrant, _ provider: Provider) throws(ProviderFailure) -> [ProviderSite]?
  {
    guard let call = provider.sites else { return nil }
    return try call.read(self.call(call.request(tokens.accessToken, provider)), provider)
  }
}

extension [ProviderSite] {
  /// What need not be asked: the only one, or the one that the same account works with already.
  func settled(by existing: Connection?, of account: AccountIdentity) -> ProviderSite? {
    if count == 1 { return first }
    guard let existing, existing.account.id == account.id else { return nil }
    return first { $0.apiOrigin == existing.apiOrigin }
  }
}
