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
    /// What we keep of a connection is damaged, so that it has to be made again; since then.
    case damaged
    /// A connection reaches several of its provider's sites, and its person has yet to choose one; since
    /// then.
    case needsSite = "needs_site"
    /// A webhook fails; since then.
    case failing
    /// An old signing secret ends then.
    case secretEnds = "secret_ends"
    /// An API key ends then.
    case keyEnds = "key_ends"
    /// A service key ends then; told to administrators.
    case serviceKeyEnds = "service_key_ends"
    /// A webhook delivers again, since then. Over, so it can be hidden.
    case recovered
    /// An administrator's job sent what had failed for good again, then. Over as well.
    case sentAgain = "sent_again"
    /// An administrator's job dropped what had failed for good, then. Over as well.
    case dropped
    /// A job that sent many again, or dropped them, ended then. Over as well.
    case jobEnded = "job_ended"
  }

  package let kind: Kind
  /// The webhook, the connection, the API key, or the job.
  package let subject: UUID
  /// Of the webhook or the key.
  package let name: String
  package let at: Timestamp
  /// Of a stopped one.
  package let reason: Webhook.PauseReason?
  /// Of a connection.
  package let app: AppID?
  /// What to hide.
  package let notice: UUID?
  /// Of one that ended.
  package let job: RetryJob?
  /// Deliveries that an administrator's job moved.
  package let count: Int?

  package init(
    kind: Kind, subject: UUID, name: String, at: Timestamp, reason: Webhook.PauseReason? = nil,
    app: AppID? = nil, notice: UUID? = nil, job: RetryJob? = nil, count: Int? = nil
  ) {
    self.kind = kind
    self.subject = subject
    self.name = name
    self.at = at
    self.reason = reason
    self.app = app
    self.notice = notice
    self.job = job
    self.count = count
  }
}
