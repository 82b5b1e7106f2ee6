/// What a user configures: where to send which events, and how they are signed.
package struct Webhook: Sendable {
  package typealias ID = Identifier<Webhook>

  package enum Status: Equatable, Sendable {
    case active
    case paused(PauseReason)

    package var isActive: Bool { self == .active }
  }

  /// Why a webhook does not send.
  package enum PauseReason: String, Sendable {
    /// Its user paused it.
    case user
    /// Every attempt failed for `PATCHBAY_DISABLE_AFTER`.
    case failing
    /// The endpoint answered 410.
    case gone
    /// A secret or a header's value does not open any more, as `WebhookDamage` says; our fault.
    case damaged
  }

  /// How deliveries are signed. Source: Standard Webhooks, "Signature scheme".
  package enum SignatureScheme: String, Sendable {
    /// HMAC-SHA-256 with a shared secret.
    case v1
    /// Ed25519 with a key pair.
    case v1a
  }

  package let id: ID
  package let userID: User.ID
  package var name: String
  /// As it was checked and is shown: `https://hooks.example.com/billing`.
  package var endpointURL: String
  package var events: EventSelection
  package var status: Status
  package var signature: SignatureScheme
  /// Names of the user's own headers; their values are sealed and never shown.
  package var headerNames: [String]
  /// Most deliveries in flight at once, 1 to 64; nil for our own choice.
  package var maxInFlight: Int?
  /// Most deliveries started in a second, 1 to 1,000; nil for no limit.
  package var maxPerSecond: Int?
  /// One in flight, the next only after success or final failure.
  package var isOrdered: Bool
  package let createdAt: Timestamp
  package let updatedAt: Timestamp
  /// Counts changes, so that a stale form is noticed.
  package let version: Int

  package init(
    id: ID, userID: User.ID, name: String, endpointURL: String, events: EventSelection,
    status: Status, signature: SignatureScheme, headerNames: [String], maxInFlight: Int?,
    maxPerSecond: Int?, isOrdered: Bool, createdAt: Timestamp, updatedAt: Timestamp, version: Int
  ) {
    self.id = id
    self.userID = userID
    self.name = name
    self.endpointURL = endpointURL
    self.events = events
    self.status = status
    self.signature = signature
    self.headerNames = headerNames
    self.maxInFlight = maxInFlight
    self.maxPerSecond = maxPerSecond
    self.isOrdered = isOrdered
    self.createdAt = createdAt
    self.updatedAt = updatedAt
    self.version = version
  }

  package static let nameLimit = 100
  package static let maxInFlightRange = 1...64
  package static let maxPerSecondRange = 1...1_000
}

/// How a webhook has been doing, from its counts and its running health.
package struct WebhookHealth: Sendable, Equatable {
  /// Per hour, oldest first: 24 of them.
  package struct Hour: Sendable, Equatable {
    package let delivered: Int
    package let failed: Int

    package init(delivered: Int, failed: Int) {
      self.delivered = delivered
      self.failed = failed
    }
  }

  package let hours: [Hour]
  package let lastSuccessAt: Timestamp?
  package let failingSince: Timestamp?

  package init(hours: [Hour], lastSuccessAt: Timestamp?, failingSince: Timestamp?) {
    self.hours = hours
    self.lastSuccessAt = lastSuccessAt
    self.failingSince = failingSince
  }

  package var delivered: Int { hours.reduce(0) { $0 + $1.delivered } }
  package var failed: Int { hours.reduce(0) { $0 + $1.failed } }

  /// Delivered of those finished in the last 24 hours, 0 to 1; nil when none has.
  package var successRate: Double? {
    let finished = delivered + failed
    return finished == 0 ? nil : Double(delivered) / Double(finished)
  }
}
