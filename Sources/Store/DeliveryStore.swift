package import Domain
import MariaDB

/// What a delivery log is narrowed to.
package struct LogFilter: Sendable, Equatable {
  package enum State: Sendable, Equatable {
    case status(Delivery.Status)
    /// Pending, no attempt yet.
    case waiting
    /// Pending after a failed attempt.
    case retrying
  }

  /// The last answer's class, by its first digit.
  package enum Answer: Sendable, Equatable {
    case hundreds(Int)
    case code(Int)
    /// There was an attempt, and no answer.
    case none
  }

  package var state: State?
  package var eventType: String?
  package var answer: Answer?
  package var eventID: Event.ID?
  package var from: Timestamp?
  package var to: Timestamp?

  package init(
    state: State? = nil, eventType: String? = nil, answer: Answer? = nil, eventID: Event.ID? = nil,
    from: Timestamp? = nil, to: Timestamp? = nil
  ) {
    self.state = state
    self.eventType = eventType
    self.answer = answer
    self.eventID = eventID
    self.from = from
    self.to = to
  }

  /// How many rows a page may read when no index serves the filter.
  package static let readLimit = 5_000
}

/// Where a page of a log begins.
package enum LogPlace: Sendable, Equatable {
  case newest
  /// With the next older one.
  case after(Cursor)
  /// With the next newer one.
  case before(Cursor)
}

/// One page of a log, newest first.
package struct DeliveryPage: Sendable {
  package let deliveries: [Delivery]
  /// Where the next newer page begins; nil at the newest.
  package let newer: Cursor?
  /// Where the next older page begins; nil at the end.
  package let older: Cursor?
  /// The filter read its limit of rows before the page was full, and looked no further than this.
  package let searchedTo: Timestamp?
}

/// The delivery log, as its user reads it.
package struct DeliveryStore {
  let database: Database

  /// A page of a webhook's deliveries.
  /// - Parameter reading: Rows at most, where no index serves the filter.
  package func page(
    of webhook: Webhook.ID, user: User.ID, filter: LogFilter, from place: LogPlace, limit: Int,
    reading readLimit: Int = LogFilter.readLimit
  ) throws -> DeliveryPage {
    let isBackwards = if case .before = place { true } else { false }
    let keys = "d.webhook_id = \(webhook) \(place.condition) \(filter.range)" as SQL
    let order: SQL =
      isBackwards ? "ORDER BY d.created_at, d.id" : "ORDER BY d.created_at DESC, d.id DESC"
    // How far a search goes is found in the index alone; up to there it stops when the page is full.
    let end = filter.needsSearch ? try lastRead(keys, user: user, order, readLimit) : nil
    let index: SQL = filter.eventID == nil ? "FORCE INDEX (log)" : "FORCE INDEX (by_event)"
    let found = try database.query(
      """
      SELECT \(Delivery.columns) FROM webhook_deliveries AS d \(index)
       WHERE \(keys) AND d.user_id = \(user) \(Self.upTo(end, isBackwards: isBackwards))
         AND \(filter.condition) \(order) LIMIT \(limit + 1)
      """, Delivery.init(row:))
    let shown = Array(found.prefix(limit))
    let last = found.count > limit ? shown.last.map(Cursor.init(after:)) : nil
    let searched = last == nil ? end : nil
    let onwards = last ?? searched
    let back = place == .newest ? nil : shown.first.map(Cursor.init(after:))
    return DeliveryPage(
      deliveries: isBackwards ? shown.reversed() : shown, newer: isBackwards ? onwards : back,
      older: isBackwards ? back : onwards, searchedTo: searched?.time)
  }

  /// The last row that a search may read; nil when it comes to the end of the log before.
  private func lastRead(_ keys: SQL, user: User.ID, _ order: SQL, _ readLimit: Int) throws
    -> Cursor?
  {
    let lastAndNext = try database.query(
      """
      SELECT d.created_at, d.id
        FROM (SELECT d.created_at, d.id FROM webhook_deliveries AS d FORCE INDEX (log)
               WHERE \(keys) \(order) LIMIT 2 OFFSET \(readLimit - 1)) AS k
        JOIN webhook_deliveries AS d ON d.id = k.id
       WHERE d.user_id = \(user) \(order)
      """
    ) { row in Cursor(time: try row.timestamp(), id: try row.uuid()) }
    return lastAndNext.count == 2 ? lastAndNext[0] : nil
  }

  private static func upTo(_ end: Cursor?, isBackwards: Bool) -> SQL {
    guard let end else { return "" }
    return isBackwards
      ? """
      AND d.created_at <= \(end.time) AND (d.created_at < \(end.time) OR d.id <= \(end.id))
      """
      : """
      AND d.created_at >= \(end.time) AND (d.created_at > \(end.time) OR d.id >= \(end.id))
      """
  }

  /// How many match that are newer than this one, up to a hundred; of the first `readLimit` read.
  package func newer(
    than cursor: Cursor?, of webhook: Webhook.ID, user: User.ID, filter: LogFilter
  ) throws -> Int {
    try page(
      of: webhook, user: user, filter: filter, from: cursor.map(LogPlace.before) ?? .newest,
      limit: 100
    ).deliveries.count
  }

  /// The deliveries of the same event to the user's other webhooks.
  package func siblings(of delivery: Delivery, user: User.ID) throws -> [(
    delivery: Delivery, webhookName: String
  )] {
    try database.query(
      """
      SELECT \(Delivery.columns), w.name
        FROM webhook_deliveries AS d FORCE INDEX (by_event) JOIN webhooks AS w ON w.id = d.webhook_id
       WHERE d.event_id = \(delivery.eventID) AND d.user_id = \(user) AND d.id <> \(delivery.id)
         AND w.deleted_at IS NULL ORDER BY w.name LIMIT 100
      """
    ) { row in (delivery: try Delivery(row: &row), webhookName: try row.text()) }
  }

  /// How long the last attempt of each took, in microseconds, where there was one.
  package func durations(of deliveries: [Delivery]) throws -> [Delivery.ID: Int64] {
    let tried = deliveries.filter { $0.attemptNumber > 0 }
    guard !tried.isEmpty else { return [:] }
    let rows = try database.query(
      """
      SELECT a.delivery_id, a.total_us
        FROM webhook_deliveries AS d
        JOIN webhook_attempts AS a ON a.delivery_id = d.id AND a.number = d.attempt_number
       WHERE d.id IN (\(list: tried.map(\.id).padded)) AND a.total_us IS NOT NULL
      """
    ) { row in (try row.id(Delivery.self), try row.int64()) }
    return Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }

  /// - Throws: `StoreError.notFound` when the user has no such delivery.
  package func find(_ id: Delivery.ID, of user: User.ID) throws -> Delivery {
    let found = try database.first(
      """
      SELECT \(Delivery.columns) FROM webhook_deliveries AS d
       WHERE d.id = \(id) AND d.user_id = \(user)
      """, Delivery.init(row:))
    guard let found else { throw StoreError.notFound }
    return found
  }

  /// Whose delivery this is; for service keys.
  package func owner(of id: Delivery.ID) throws -> User.ID? {
    try database.first("SELECT user_id FROM webhook_deliveries WHERE id = \(id)") { row in
      try row.id()
    }
  }

  /// The event's body; nil once it is purged.
  package func body(of delivery: Delivery, user: User.ID) throws -> [UInt8]? {
    try body(of: delivery.eventID, user: user)
  }

  package func body(of event: Event.ID, user: User.ID) throws -> [UInt8]? {
    try database.first(
      "SELECT body FROM events WHERE id = \(event) AND user_id = \(user)"
    ) { row in try row.optionalBytes() } ?? nil
  }

  /// In the order they were made. The delivery has been found for its user before.
  package func attempts(of delivery: Delivery) throws -> [Attempt] {
    try database.query(
      """
      SELECT number, started_at, total_us, dns_us, connect_us, tls_us, first_byte_us,
             remote_address, endpoint_url, response_status, error, request_headers,
             response_headers, response_body, manual, retry_job_id, http_version, tls_version,
             certificate_ends_at, tls_fault
        FROM webhook_attempts WHERE delivery_id = \(delivery.id) ORDER BY number
      """
    ) { row in
      Attempt(
        number: try row.int(), startedAt: try row.timestamp(),
        timings: Attempt.Timings(
          total: try row.optionalInt64(), dns: try row.optionalInt64(),
          connect: try row.optionalInt64(), tls: try row.optionalInt64(),
          firstByte: try row.optionalInt64()),
        remoteAddress: try row.optionalText(), endpointURL: try row.text(),
        responseStatus: try row.optionalInt(), error: try row.optionalWord(),
        requestHeaders: try HeaderList.decode(row.bytes()),
        responseHeaders: try HeaderList.decode(row.bytes()), responseBody: try row.bytes(),
        isManual: try row.bool(),
        jobID: try row.optionalText().flatMap(RetryJob.ID.init),
        connection: Attempt.Connection(
          httpVersion: try row.optionalInt(), tlsVersion: try row.optionalText(),
          certificateEndsAt: try row.optionalTimestamp(), tlsFault: try row.optionalWord()))
    }
  }
}

extension LogPlace {
  /// Written out, because MariaDB takes no way into an index from `(created_at, id) < (…)`: it would
  /// read the log from its newest row up to here.
  fileprivate var condition: SQL {
    switch self {
    case .newest: ""
    case .after(let key):
      """
      AND (d.created_at < \(key.time) OR (d.created_at = \(key.time) AND d.id < \(key.id)))
      """
    case .before(let key):
      """
      AND (d.created_at > \(key.time) OR (d.created_at = \(key.time) AND d.id > \(key.id)))
      """
    }
  }
}

extension LogFilter {
  /// Served by the index.
  fileprivate var range: SQL {
    var sql: SQL = ""
    if let from { sql += "AND d.created_at >= \(from)" }
    if let to { sql += " AND d.created_at < \(to)" }
    return sql
  }

  var needsSearch: Bool {
    eventID == nil && (state != nil || eventType != nil || answer != nil)
  }

  /// On `webhook_deliveries AS d`, but for the time.
  var condition: SQL {
    var sql: SQL = "TRUE"
    switch state {
    case .status(let status): sql += " AND d.status = \(status.rawValue)"
    case .waiting: sql += " AND d.status = 'pending' AND d.attempt_number = 0"
    case .retrying: sql += " AND d.status = 'pending' AND d.attempt_number > 0"
    case nil: break
    }
    if let eventType {
      // A type's name is ASCII; MariaDB compares no other text with its column.
      let canBeOne = eventType.utf8.allSatisfy { $0 < 0x80 }
      sql += canBeOne ? " AND d.event_type = \(eventType)" : " AND FALSE"
    }
    switch answer {
    case .hundreds(let digit):
      sql += " AND d.response_status BETWEEN \(digit * 100) AND \(digit * 100 + 99)"
    case .code(let code): sql += " AND d.response_status = \(code)"
    case Answer.none?: sql += " AND d.response_status IS NULL AND d.attempt_number > 0"
    case nil: break
    }
    if let eventID { sql += " AND d.event_id = \(eventID)" }
    return sql
  }
}

extension Cursor {
  package init(after delivery: Delivery) {
    self.init(time: delivery.createdAt, id: delivery.id.rawValue)
  }

  package init(after webhook: Webhook) {
    self.init(time: webhook.createdAt, id: webhook.id.rawValue)
  }
}

extension Delivery {
  static let columns: SQL = """
    d.id, d.webhook_id, d.event_id, d.event_type, d.status, d.due_at, d.finished_at,
    d.attempt_number, d.schedule_step, d.in_flight, d.test, d.response_status, d.error, d.created_at,
    d.single_attempt
    """

  init(row: inout Row) throws {
    let id = try row.id(Delivery.self)
    let webhook = try row.id(Webhook.self)
    let event = try row.id(Event.self)
    let type = try row.text()
    let status = try row.word(Status.self)
    let due = try row.optionalTimestamp()
    let finished = try row.optionalTimestamp()
    let state: State
    switch (status, due, finished) {
    case (.pending, let due?, _): state = .pending(due: due)
    case (.delivered, _, let finished?): state = .delivered(at: finished)
    case (.failed, _, let finished?): state = .failed(at: finished)
    case (.held, _, _): state = .held
    default: throw StoreError.unreadable("delivery \(id) is \(status.rawValue) without its time")
    }
    self.init(
      id: id, webhookID: webhook, eventID: event, eventType: type, state: state,
      attemptNumber: try row.int(), scheduleStep: try row.int(), isInFlight: try row.bool(),
      isTest: try row.bool(), responseStatus: try row.optionalInt(),
      error: try row.optionalWord(), createdAt: try row.timestamp(),
      isSingleAttempt: try row.bool())
  }
}
