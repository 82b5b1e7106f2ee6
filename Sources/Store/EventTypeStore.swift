package import Domain
import MariaDB

/// The catalog of event types.
package struct EventTypeStore {
  let database: Database

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

  /// The names of all of them: what each event is held against.
  package func names() throws -> Set<String> {
    Set(try database.query("SELECT name FROM event_types") { row in try row.text() })
  }
}
