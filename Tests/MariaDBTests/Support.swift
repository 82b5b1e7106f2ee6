import Glibc
import MariaDB
import Synchronization
import TestSupport
import Testing

/// A database of its own on the shared server, with `tables` in it.
func makeDatabase(
  _ tables: String = "DO 1", _ change: (inout DatabaseOptions) -> Void = { _ in }
) throws -> Database {
  var options = try TestServer.shared.makeDatabase()
  change(&options)
  let database = Database(options)
  try database.run(script: tables)
  return database
}

/// A second connection to where `database` leads.
func connect(
  like database: Database, _ change: (inout DatabaseOptions) -> Void = { _ in }
) throws -> Database {
  let name = try #require(database.first("SELECT DATABASE()") { row in try row.text() })
  var options = TestServer.shared.options(database: name)
  change(&options)
  return Database(options)
}

func connectionNumber(of database: Database) throws -> Int {
  try #require(database.first("SELECT CONNECTION_ID()") { row in try row.int() })
}

/// Ends a connection from outside, and waits until the server has forgotten it.
func kill(_ number: Int) throws {
  let other = Database(TestServer.shared.options(database: "mysql"))
  try other.run(script: "KILL \(number)")
  while try other.execute(
    "SELECT 1 FROM information_schema.processlist WHERE id = \(number)") > 0
  {
    usleep(1_000)
  }
}

/// What `body` throws; for use inside `#expect(throws:)`, which does not nest.
func failure(_ body: () throws(DatabaseError) -> Int) -> DatabaseError? {
  do throws(DatabaseError) {
    _ = try body()
    return nil
  } catch {
    return error
  }
}

/// Opened once, by one thread, and waited for by another.
final class Gate: Sendable {
  private let isOpen = Atomic(false)

  func open() {
    isOpen.store(true, ordering: .releasing)
  }

  func wait() {
    while !isOpen.load(ordering: .acquiring) {
      usleep(500)
    }
  }
}
