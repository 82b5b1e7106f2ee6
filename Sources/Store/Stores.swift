package import MariaDB

/// One thread's way to the database: a connection and a store for each aggregate.
package struct Stores {
  let database: Database
  package let users: UserStore
  package let sessions: SessionStore
  package let apiKeys: APIKeyStore
  package let eventTypes: EventTypeStore
  package let events: EventStore
  package let webhooks: WebhookStore
  package let deliveries: DeliveryStore
  package let queue: QueueStore
  package let retryJobs: RetryJobStore
  package let deadLetters: DeadLetterStore
  package let bulkJobs: BulkJobStore
  package let deliverySearch: DeliverySearchStore
  package let workers: WorkerStore
  package let chores: ChoreStore
  package let retention: RetentionStore
  package let throttle: SignInThrottle
  package let forms: FormStore
  package let uses: UseLimit
  package let apps: AppStore
  package let connections: ConnectionStore
  package let connectRequests: ConnectRequestStore
  package let revocations: RevocationStore
  package let sealed: SealedStore
  package let attention: AttentionStore
  package let notices: NoticeStore
  package let mails: MailStore
  package let links: LinkStore
  package let audit: AuditStore
  package let schema: SchemaStore
  package let minutes: MinuteStore
  package let overview: OverviewStore

  package init(_ database: Database, seal: Seal) {
    self.database = database
    users = UserStore(database: database)
    sessions = SessionStore(database: database)
    apiKeys = APIKeyStore(database: database)
    eventTypes = EventTypeStore(database: database)
    events = EventStore(database: database)
    webhooks = WebhookStore(database: database, seal: seal)
    deliveries = DeliveryStore(database: database)
    queue = QueueStore(database: database, seal: seal)
    retryJobs = RetryJobStore(database: database, queue: queue)
    deadLetters = DeadLetterStore(database: database)
    bulkJobs = BulkJobStore(database: database, queue: queue)
    deliverySearch = DeliverySearchStore(database: database, deliveries: deliveries)
    workers = WorkerStore(database: database)
    chores = ChoreStore(database: database)
    retention = RetentionStore(database: database)
    throttle = SignInThrottle(database: database)
    forms = FormStore(database: database, seal: seal)
    uses = UseLimit(database: database)
    apps = AppStore(database: database, seal: seal)
    connections = ConnectionStore(database: database, seal: seal)
    connectRequests = ConnectRequestStore(
      database: database, seal: seal, connections: connections)
    revocations = RevocationStore(database: database, seal: seal)
    sealed = SealedStore(database: database, seal: seal)
    attention = AttentionStore(database: database)
    notices = NoticeStore(database: database)
    mails = MailStore(database: database, seal: seal)
    links = LinkStore(database: database, seal: seal)
    audit = AuditStore(database: database)
    schema = SchemaStore(database: database)
    minutes = MinuteStore(database: database)
    overview = OverviewStore(database: database)
  }

  /// What every connection of ours begins with.
  package static let sessionStatements = [
    "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 2",
    "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
      + "ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
  ]

  /// What those of a responder or a worker begin with. Whoever stands still in a transaction, with its
  /// host or behind a network that is gone, would keep what it has locked for as long as the server
  /// does not miss the connection: by default 8 hours. No transaction of ours waits for anything
  /// between two statements but a migration's lock.
  package static let servingStatements =
    sessionStatements + ["SET SESSION idle_transaction_timeout = 10"]

  /// Throws when the database does not answer.
  package func ping() throws {
    _ = try database.query("SELECT 1") { row in try row.int() }
  }
}

extension Stores {
  /// See `Database.takeLongestChange`.
  package func takeLongestChange() -> Duration { database.takeLongestChange() }

  /// Whether an error says that the database cannot be reached, or that others were faster again and
  /// again, rather than that we did wrong. Later the same may succeed.
  package static func isUnavailable(_ error: any Error) -> Bool {
    guard let error = error as? DatabaseError else { return false }
    return error.isUnavailable || error.isTransient
  }

  /// Whether it failed for what was to be written or read, so that something else may go well: not for
  /// want of a database, whatever it is that keeps us from it.
  package static func isOfItself(_ error: any Error) -> Bool {
    !isUnavailable(error) && (error as? DatabaseError)?.isOfConnecting != true
  }

  /// Whether what failed may have been done all the same.
  package static func outcomeIsUnknown(_ error: any Error) -> Bool {
    (error as? DatabaseError)?.outcomeIsUnknown ?? false
  }
}
