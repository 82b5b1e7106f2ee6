package import Domain
import MariaDB

/// An event type as administrators see it.
package struct CatalogEntry: Sendable {
  package let type: EventType
  package let position: Int
  /// Counts changes, so that a stale form is noticed.
  package let version: Int
  /// Webhooks that chose it by name.
  package let webhooks: BoundedCount

  package init(type: EventType, position: Int, version: Int, webhooks: BoundedCount) {
    self.type = type
    self.position = position
    self.version = version
    self.webhooks = webhooks
  }
}

/// What administrators change in the catalog. Types are never removed: events of them are on record.
extension EventTypeStore {
  /// In their order in a picker.
  /// - Parameter place: By name; one that is unknown leads to an empty page.
  package func catalog(from place: ListPlace<String>, limit: Int) throws -> ListPage<CatalogEntry> {
    func beside(_ name: String, _ comparison: SQL) -> SQL {
      """
      JOIN event_types AS p ON p.name = \(name)
       AND (t.position, t.name) \(comparison) (p.position, p.name)
      """
    }
    let bound: SQL =
      switch place {
      case .first: ""
      case .after(let name): beside(name, ">")
      case .before(let name): beside(name, "<")
      }
    let order: SQL =
      place.isBackwards ? "ORDER BY t.position DESC, t.name DESC" : "ORDER BY t.position, t.name"
    return ListPage(
      try entries("\(bound) \(order) LIMIT \(limit + 1)"), limit: limit, from: place)
  }

  /// The highest position that is taken; 0 where there is no type.
  package func lastPosition() throws -> Int {
    try database.first("SELECT COALESCE(MAX(position), 0) FROM event_types") { row in
      try row.int()
    } ?? 0
  }

  /// - Throws: `StoreError.notFound`
  package func entry(_ name: String) throws -> CatalogEntry {
    guard let entry = try entries("WHERE t.name = \(name)").first else {
      throw StoreError.notFound
    }
    return entry
  }

  /// - Throws: `StoreError.limitReached`; `.duplicate` when there is a type of that name, retired or not.
  package func add(_ name: String, _ draft: EventTypeDraft, by actor: Actor) throws {
    do {
      try database.transaction {
        let count = try database.first("SELECT COUNT(*) FROM event_types") { row in try row.int() }
        guard count ?? 0 < EventType.countLimit else {
          throw StoreError.limitReached(EventType.countLimit)
        }
        try database.execute(
          """
          INSERT INTO event_types (name, description, group_name, example, position)
          VALUES (\(name), \(draft.description), \(draft.group), \(draft.example), \(draft.position))
          """)
        try database.audit(
          AuditEntry(action: "event_type.added", actor: actor, after: draft.auditJSON(of: name)))
      }
    } catch let error as DatabaseError where error.code == .duplicate {
      throw StoreError.duplicate
    }
  }

  /// Changes everything but the name.
  /// - Parameter version: That of the entry when it was read.
  /// - Throws: `StoreError.notFound`; `.versionConflict` when somebody changed it since.
  package func change(
    _ name: String, to draft: EventTypeDraft, version: Int, by actor: Actor
  ) throws {
    try database.transaction {
      let old = try lock(name)
      guard old.version == version else { throw StoreError.versionConflict }
      guard old.draft != draft else { return }
      try database.execute(
        """
        UPDATE event_types
           SET description = \(draft.description), group_name = \(draft.group),
               example = \(draft.example), position = \(draft.position), version = version + 1
         WHERE name = \(name)
        """)
      try database.audit(
        AuditEntry(
          action: "event_type.changed", actor: actor, before: old.draft.auditJSON(of: name),
          after: draft.auditJSON(of: name)))
    }
  }

  /// Webhooks that chose it keep it, new ones cannot choose it. Nothing changes where it is so already.
  /// - Throws: `StoreError.notFound`
  package func setRetired(_ isRetired: Bool, _ name: String, by actor: Actor) throws {
    try database.transaction {
      guard try lock(name).isRetired != isRetired else { return }
      try database.execute(
        """
        UPDATE event_types SET retired_at = IF(\(isRetired), UTC_TIMESTAMP(6), NULL),
               version = version + 1
         WHERE name = \(name)
        """)
      try database.audit(
        AuditEntry(
          action: isRetired ? "event_type.retired" : "event_type.restored", actor: actor,
          after: JSONWriter.object { $0.member("event_type", name) }))
    }
  }

  /// The count stops at its limit, one look-up a webhook.
  private func entries(_ selection: SQL) throws -> [CatalogEntry] {
    let limit = BoundedCount.limit
    let types = try database.query(
      """
      SELECT t.name, t.description, t.group_name, t.example, t.retired_at IS NOT NULL, t.position,
             t.version
        FROM event_types AS t \(selection)
      """
    ) { row in
      (
        type: EventType(
          name: try row.text(), description: try row.text(), group: try row.text(),
          example: try row.text(), isRetired: try row.bool()),
        position: try row.int(), version: try row.int()
      )
    }
    return try types.map { found in
      let count =
        try database.first(
          """
          SELECT COUNT(*) FROM (
            SELECT 1 FROM webhook_subscriptions AS s JOIN webhooks AS w ON w.id = s.webhook_id
             WHERE s.event_type = \(found.type.name) AND w.deleted_at IS NULL LIMIT \(limit + 1)
          ) AS chosen
          """
        ) { row in try row.int() } ?? 0
      return CatalogEntry(
        type: found.type, position: found.position, version: found.version,
        webhooks: BoundedCount(min(count, limit), isAll: count <= limit))
    }
  }

  private func lock(_ name: String) throws -> (
    draft: EventTypeDraft, version: Int, isRetired: Bool
  ) {
    let found = try database.first(
      """
      SELECT description, group_name, example, position, version, retired_at IS NOT NULL
        FROM event_types WHERE name = \(name) FOR UPDATE
      """
    ) { row in
      (
        draft: EventTypeDraft(
          description: try row.text(), group: try row.text(), example: try row.text(),
          position: try row.int()),
        version: try row.int(), isRetired: try row.bool()
      )
    }
    guard let found else { throw StoreError.notFound }
    return found
  }
}

extension EventTypeDraft {
  /// The example is left out: it may be long, and it changes nothing that is sent.
  fileprivate func auditJSON(of name: String) -> [UInt8] {
    JSONWriter.object {
      $0.member("event_type", name)
      $0.member("description", description)
      $0.member("group", group)
      $0.member("position", position)
      $0.member("example_bytes", example.utf8.count)
    }
  }
}
