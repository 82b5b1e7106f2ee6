/// A webhook whose last attempt failed, and whose it is.
package struct FailingWebhook: Sendable, Equatable {
  package let id: Webhook.ID
  package let name: String
  package let endpointURL: String
  /// E-mail address of its user.
  package let owner: String
  /// The first failed attempt since the last success.
  package let since: Timestamp

  package init(
    id: Webhook.ID, name: String, endpointURL: String, owner: String, since: Timestamp
  ) {
    self.id = id
    self.name = name
    self.endpointURL = endpointURL
    self.owner = owner
    self.since = since
  }
}

/// Connections of an app that people have to make again.
package struct BrokenConnections: Sendable, Equatable {
  package let app: AppID
  package let count: Int

  package init(app: AppID, count: Int) {
    self.app = app
    self.count = count
  }
}

/// The database as it says of itself.
package struct DatabaseState: Sendable, Equatable {
  package let version: String
  package let upSince: Timestamp
  package let schemaVersion: Int

  package init(version: String, upSince: Timestamp, schemaVersion: Int) {
    self.version = version
    self.upSince = upSince
    self.schemaVersion = schemaVersion
  }
}
