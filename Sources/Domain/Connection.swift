/// One user's link to one app.
package struct Connection: Sendable {
  package typealias ID = Identifier<Connection>

  package enum Status: Sendable, Equatable {
    case connected
    /// The provider accepts our access no longer; only the person can give it anew.
    case needsReconnect(since: Timestamp, reason: String)

    /// As the API has it.
    package var word: String {
      switch self {
      case .connected: "connected"
      case .needsReconnect: "needs_reconnect"
      }
    }
  }

  /// One permission that was asked for.
  package struct Scope: Sendable, Equatable {
    package enum State: String, Sendable {
      case granted
      /// Asked for and not given.
      case missing
      /// Taken back by the person: no longer used, whatever the provider thinks.
      case denied
    }

    package let name: String
    package let state: State
    package let since: Timestamp

    package init(name: String, state: State, since: Timestamp) {
      self.name = name
      self.state = state
      self.since = since
    }
  }

  package let id: ID
  package let userID: User.ID
  package let app: AppID
  /// nil for one by credentials.
  package let clientID: String?
  package let account: AccountIdentity
  package let apiOrigin: String?
  /// Which of the sites that the grant reaches is worked with, as people know it.
  package let site: String?
  package let status: Status
  package let scopes: [Scope]
  /// Of the access token; nil: it does not expire.
  package let accessExpiresAt: Timestamp?
  package let connectedAt: Timestamp
  package let lastUsedAt: Timestamp?
  package let isByCredentials: Bool
  /// Keys that nobody has tried: their provider did not answer when they were kept.
  package let isUnchecked: Bool

  package init(
    id: ID, userID: User.ID, app: AppID, clientID: String?, account: AccountIdentity,
    apiOrigin: String?, status: Status, scopes: [Scope], accessExpiresAt: Timestamp?,
    connectedAt: Timestamp, lastUsedAt: Timestamp?, isByCredentials: Bool,
    isUnchecked: Bool = false, site: String? = nil
  ) {
    self.id = id
    self.userID = userID
    self.app = app
    self.clientID = clientID
    self.account = account
    self.apiOrigin = apiOrigin
    self.site = site
    self.status = status
    self.scopes = scopes
    self.accessExpiresAt = accessExpiresAt
    self.connectedAt = connectedAt
    self.lastUsedAt = lastUsedAt
    self.isByCredentials = isByCredentials
    self.isUnchecked = isUnchecked
  }

  package var grantedScopes: [String] { names(.granted) }
  package var deniedScopes: [String] { names(.denied) }
  package var missingScopes: [String] { names(.missing) }

  /// Of the missing ones those that had been given, and were gone when access was renewed.
  package var lostScopes: [Scope] {
    scopes.filter { $0.state == .missing && $0.since > connectedAt }
  }

  /// Of the granted ones those that came later than the connection, by themselves.
  package var gainedScopes: [Scope] {
    scopes.filter { $0.state == .granted && $0.since > connectedAt }
  }

  private func names(_ state: Scope.State) -> [String] {
    scopes.filter { $0.state == state }.map(\.name)
  }

  /// The person has yet to say which of the provider's sites to work with.
  package func lacksSite(of provider: Provider?) -> Bool {
    status == .connected && provider?.sites != nil && apiOrigin == nil
  }

  /// The person gave less than was asked for.
  package var isLimited: Bool { status == .connected && !missingScopes.isEmpty }
}
