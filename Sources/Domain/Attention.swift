/// What somebody should know or do about what is theirs, as it stands now.
package struct Attention: Sendable, Equatable {
  package var items: [AttentionItem]
  /// When a worker was last there; nil when none ever was.
  package var workerSeenAt: Timestamp?

  package init(items: [AttentionItem] = [], workerSeenAt: Timestamp? = nil) {
    self.items = items
    self.workerSeenAt = workerSeenAt
  }
}

/// One of them. It leaves when its cause is gone.
package struct AttentionItem: Sendable, Equatable {
  /// In the order in which they are told.
  package enum Kind: String, Sendable, CaseIterable {
    /// We stopped a webhook; since then.
    case stopped
    /// A provider accepts our access no longer; since then.
    case needsReconnect = "needs_reconnect"
    /// A webhook fails; since then.
    case failing
    /// An old signing secret ends then.
    case secretEnds = "secret_ends"
    /// An API key ends then.
    case keyEnds = "key_ends"
    /// A webhook delivers again, since then. Over, so it can be hidden.
    case recovered
  }

  package let kind: Kind
  /// The webhook, the connection, or the API key.
  package let subject: UUID
  package let name: String
  package let at: Timestamp
  /// Of a stopped one.
  package let reason: Webhook.PauseReason?
  /// Of a connection.
  package let app: AppID?
  /// What to hide.
  package let notice: UUID?

  package init(
    kind: Kind, subject: UUID, name: String, at: Timestamp, reason: Webhook.PauseReason? = nil,
    app: AppID? = nil, notice: UUID? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.name = name
    self.at = at
    self.reason = reason
    self.app = app
    self.notice = notice
  }
}
