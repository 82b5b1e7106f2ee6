package import Domain
package import MariaDB

/// What is asked of the audit log. Person, subject, request and kind have an index each.
package struct AuditSearch: Sendable {
  /// As the one who acted, or the one concerned.
  package var person: User.ID?
  /// What stands before the dot of an action; empty for all.
  package var subjects: [String] = []
  package var subjectID: UUID?
  package var requestID: String?
  package var from: Timestamp?
  /// Not included.
  package var to: Timestamp?

  package init() {}
}

/// Some rows of the audit log, newest first.
package struct AuditPage: Sendable {
  package let records: [AuditRecord]
  package let newer: Cursor?
  package let older: Cursor?
  /// The search gave up here before the page was full.
  package let searchedBackTo: Timestamp?
}

/// Reads the audit log; `Database.audit` writes it.
package struct AuditStore {
  let database: Database

  package init(database: Database) {
    self.database = database
  }

  /// Rows that a filter without an index of its own reads at most.
  static let reads = 5_000

  /// The rows before or after a place, `limit` of them at most.
  package func page(_ search: AuditSearch, from place: LogPlace = .newest, limit: Int = 50) throws
    -> AuditPage
  {
    let actions = search.isOfKindsAlone ? try actions(of: search.subjects) : []
    let keys = AuditKeys(search: search, actions: actions, place: place, limit: limit)
    var records = try records(keys.found(limit + 1), keys.order)
    let isFull = records.count > limit
    if isFull { records.removeLast() }
    let end = isFull || keys.rest == nil ? nil : try lastRead(keys)
    if keys.isBackwards { records.reverse() }
    let first = records.first.map { Cursor(time: $0.at, id: $0.id) }
    let last = records.last.map { Cursor(time: $0.at, id: $0.id) }
    switch place {
    case .newest:
      return AuditPage(
        records: records, newer: nil, older: isFull ? last : end, searchedBackTo: end?.time)
    case .after(let cursor):
      return AuditPage(
        records: records, newer: first ?? cursor, older: isFull ? last : end,
        searchedBackTo: end?.time)
    case .before(let cursor):
      return AuditPage(
        records: records, newer: isFull ? first : end, older: last ?? cursor, searchedBackTo: nil)
    }
  }

  /// Every action on record of these kinds, by one look into the index for each: with GROUP BY the
  /// optimizer may read the whole of it (230 ms of 1,000,000 rows).
  private func actions(of subjects: [String]) throws -> [String] {
    var found: [String] = []
    for subject in subjects {
      var last = subject + "."
      // A slash comes after the dot.
      while let next = try database.first(
        """
        SELECT action FROM audit_log FORCE INDEX (by_action)
         WHERE action > \(last) AND action < \(subject + "/") ORDER BY action LIMIT 1
        """, { row in try row.text() })
      {
        found.append(next)
        last = next
      }
    }
    return found
  }

  /// Where the reading stopped; nil when there was nothing more to read.
  private func lastRead(_ keys: AuditKeys) throws -> Cursor? {
    try database.first(
      """
      SELECT at, id FROM (\(keys.sql)) AS found
       ORDER BY at \(keys.order), id \(keys.order) LIMIT 1 OFFSET \(Self.reads - 1)
      """
    ) { row in Cursor(time: try row.timestamp(), id: try row.uuid()) }
  }

  /// Names come by primary key alone. What belongs to somebody deleted has none, and no values.
  private func records(_ found: SQL, _ order: SQL) throws -> [AuditRecord] {
    try database.query(
      """
      SELECT l.id, l.at, l.actor_kind, l.actor_id, doer.email, doer.deleted_at IS NOT NULL, used.name,
             l.user_id, concerned.email, concerned.deleted_at IS NOT NULL, l.action, l.subject_id,
             COALESCE(webhook.name, api_key.name, app.name, app.id, connection.provider, person.email,
                      of_delivery.name),
             l.before_change, l.after_change, l.address, l.request_id
        FROM (\(found)) AS found
        STRAIGHT_JOIN audit_log AS l ON l.id = found.id
        LEFT JOIN users AS doer ON l.actor_kind = 'user' AND doer.id = l.actor_id
        LEFT JOIN api_keys AS used ON l.actor_kind = 'service_key' AND used.id = l.actor_id
        LEFT JOIN users AS concerned ON concerned.id = l.user_id
        LEFT JOIN webhooks AS webhook ON webhook.id = l.subject_id
        LEFT JOIN api_keys AS api_key ON api_key.id = l.subject_id
        LEFT JOIN apps AS app ON l.action LIKE 'app.%' AND app.seal_id = l.subject_id
        LEFT JOIN user_integrations AS connection ON connection.id = l.subject_id
        LEFT JOIN users AS person ON person.id = l.subject_id AND person.deleted_at IS NULL
        LEFT JOIN webhook_deliveries AS delivery
               ON (l.action LIKE 'delivery.%' OR l.action = 'payload.read') AND delivery.id = l.subject_id
        LEFT JOIN webhooks AS of_delivery ON of_delivery.id = delivery.webhook_id
       ORDER BY l.at \(order), l.id \(order)
      """
    ) { row in
      let id = try row.uuid()
      let at = try row.timestamp()
      let kind = try row.word(Actor.Kind.self)
      let actorID = try row.optionalText().flatMap { UUID($0) }
      let doer = try row.optionalText()
      let doerIsDeleted = try row.optionalBool() ?? false
      let key = try row.optionalText()
      let userID = try row.optionalText().flatMap { User.ID($0) }
      let email = try row.optionalText()
      let userIsDeleted = try row.optionalBool() ?? false
      let who: AuditRecord.Who =
        switch kind {
        case .user:
          if actorID == nil {
            .somebody
          } else if let doer, !doerIsDeleted {
            .user(doer)
          } else {
            .deletedUser
          }
        case .serviceKey: .serviceKey(key)
        case .command: .command
        case .worker: .worker
        case .host: .host
        }
      let concernsDeleted = userIsDeleted || (userID != nil && email == nil)
      let isForgotten = concernsDeleted || who == .deletedUser
      let action = try row.text()
      let subjectID = try row.optionalText().flatMap { UUID($0) }
      let name = try row.optionalText()
      let before = try row.optionalBytes()
      let after = try row.optionalBytes()
      let address = try row.optionalText()
      return AuditRecord(
        id: id, at: at, who: who, actorID: actorID, userID: userID,
        userEmail: concernsDeleted ? nil : email, action: action, subjectID: subjectID,
        subjectName: concernsDeleted ? nil : name, before: isForgotten ? nil : before,
        after: isForgotten ? nil : after, address: isForgotten ? nil : address,
        requestID: try row.optionalText())
    }
  }
}

extension AuditSearch {
  /// Nothing but kinds, and maybe time, is asked for.
  fileprivate var isOfKindsAlone: Bool {
    !subjects.isEmpty && person == nil && subjectID == nil && requestID == nil
  }
}

/// Which rows are read, by the index that fits best, and what remains to be asked of them.
private struct AuditKeys {
  let sql: SQL
  let rest: SQL?
  let isBackwards: Bool

  var order: SQL { isBackwards ? "ASC" : "DESC" }

  /// The ids of so many rows, chosen before anything is joined to them.
  func found(_ limit: Int) -> SQL {
    guard let rest else { return sql }
    return """
      SELECT id FROM (\(sql)) AS looked WHERE \(rest)
       ORDER BY at \(order), id \(order) LIMIT \(limit)
      """
  }

  /// - Parameter actions: Those on record, of a search for kinds alone.
  init(search: AuditSearch, actions: [String], place: LogPlace, limit: Int) {
    let order: SQL
    var range: [SQL] = []
    switch place {
    case .newest:
      isBackwards = false
      order = "DESC"
    case .after(let cursor):
      isBackwards = false
      order = "DESC"
      range.append("at <= \(cursor.time) AND (at < \(cursor.time) OR id < \(cursor.id))")
    case .before(let cursor):
      isBackwards = true
      order = "ASC"
      range.append("at >= \(cursor.time) AND (at > \(cursor.time) OR id > \(cursor.id))")
    }
    if let from = search.from { range.append("at >= \(from)") }
    if let to = search.to { range.append("at < \(to)") }

    var rest: [SQL] = []
    var parts: [(index: SQL, condition: SQL?)] = [("by_time", nil)]
    // The narrowest index first; what it does not say is asked of each row.
    if let request = search.requestID {
      parts = [("by_request", "request_id = \(request)")]
    } else if let subject = search.subjectID {
      parts = [("by_subject", "subject_id = \(subject)")]
    } else if let person = search.person {
      parts = [
        ("by_user", "user_id = \(person)"), ("by_actor_and_time", "actor_id = \(person)"),
      ]
    } else if search.isOfKindsAlone {
      parts = actions.map { ("by_action", "action = \($0)") }
      if parts.isEmpty { parts = [("PRIMARY", "FALSE")] }
    }
    if search.requestID != nil, let subject = search.subjectID {
      rest.append("subject_id = \(subject)")
    }
    if search.requestID != nil || search.subjectID != nil, let person = search.person {
      rest.append("(user_id = \(person) OR actor_id = \(person))")
    }
    if !search.subjects.isEmpty, !search.isOfKindsAlone {
      rest.append("SUBSTRING_INDEX(action, '.', 1) IN (\(list: search.subjects.padded))")
    }
    let count = rest.isEmpty ? limit + 1 : AuditStore.reads
    let columns: SQL = rest.isEmpty ? "id, at" : "id, at, action, subject_id, user_id, actor_id"
    let reads = parts.map { part -> SQL in
      let conditions = (part.condition.map { [$0] } ?? []) + range
      let condition: SQL =
        conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
      return """
        (SELECT \(columns) FROM audit_log FORCE INDEX (\(part.index)) \(condition)
          ORDER BY at \(order), id \(order) LIMIT \(count))
        """
    }
    // UNION takes out what is both by and about the person.
    sql = "\(reads.joined(separator: " UNION ")) ORDER BY at \(order), id \(order) LIMIT \(count)"
    self.rest = rest.isEmpty ? nil : rest.joined(separator: " AND ")
  }
}

extension AuditStore {
  /// Somebody took rows of the log out.
  package func recordExport(of count: Int, by actor: Actor) throws {
    try database.transaction {
      try database.audit(
        AuditEntry(action: "audit.exported", actor: actor, after: Self.rows(count)))
    }
  }

  /// A user took a webhook's deliveries out.
  package func recordExport(
    of count: Int, deliveriesOf webhook: Webhook.ID, user: User.ID, by actor: Actor
  ) throws {
    try database.transaction {
      try database.audit(
        AuditEntry(
          action: "deliveries.exported", actor: actor, user: user, subject: webhook.rawValue,
          after: Self.rows(count)))
    }
  }

  private static func rows(_ count: Int) -> [UInt8] {
    JSONWriter.object { $0.member("rows", count) }
  }
}
