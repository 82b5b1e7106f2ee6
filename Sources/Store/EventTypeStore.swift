package import Domain
import MariaDB

/// The catalog of event types.
package struct EventTypeStore {
  let database: Database
  private let known = KnownNames()

  init(database: Database) {
    self.database = database
  }

  /// All of them, retired ones too, as they stand in a picker.
  package func all() throws -> [EventType] {
    try database.query(
      """
      SELECT name, description, group_name, example, retired_at IS NOT NULL
        FROM event_types ORDER BY position, name
      """
    ) { row in
      EventType(
        name: try row.text(), description: try row.text(), group: try row.text(),
        example: try row.text(), isRetired: try row.bool())
    }
  }

  /// Whether there is such a type, retired or not: what each event is held against.
  package func has(_ name: String) throws -> Bool {
    if known.names.contains(name) { return true }
    known.names = Set(
      try database.query("SELECT name FROM event_types") { row in try row.text() })
    return known.names.contains(name)
  }
}

/// Names that were once there, and so still are: types are retired, never removed.
private final class KnownNames {
  var names: Set<String> = []
}
