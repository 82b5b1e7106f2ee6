import Glibc
import MariaDB
import TestSupport
import Testing

@testable import Store

@Suite struct MigrationTests {
  let options: DatabaseOptions
  let schema: SchemaStore
  let lock: Database

  init() throws {
    options = try DatabasePool.empty()
    schema = SchemaStore(database: Database(options))
    lock = Database(options)
  }

  @Test func `the program's version is the number of the last file`() {
    let last = SQLFile.migrations.map(\.number).max()

    #expect(SchemaStore.version == last)
  }

  @Test func `all files are applied in order, then none`() throws {
    let first = try schema.migrate(SQLFile.migrations, lock: lock)
    let second = try schema.migrate(SQLFile.migrations, lock: lock)

    #expect(first == SQLFile.migrations.map(\.name).sorted())
    #expect(second == [])
    #expect(try schema.appliedVersion() == SchemaStore.version)
  }

  @Test func `an empty database has the version 0`() throws {
    #expect(try schema.appliedVersion() == 0)
    #expect(throws: SchemaStore.Problem.older(database: 0, program: SchemaStore.version)) {
      try schema.checkVersion()
    }
  }

  @Test func `two runs at once apply each file once and both succeed`() throws {
    let options = options

    let applied = try inParallel(2) { _, gate in
      let (database, lock) = (Database(options), Database(options))
      gate.wait()
      return try SchemaStore(database: database).migrate(SQLFile.migrations, lock: lock)
    }

    #expect(applied.map(\.count).sorted() == [0, SQLFile.migrations.count])
    try schema.checkVersion()
    #expect(
      try lock.query("SELECT after_change FROM audit_log WHERE action = 'schema.migrated'") { row in
        try row.text()
      }.sorted() == SQLFile.migrations.map { #"{"name":"\#($0.name)"}"# }.sorted())
  }

  @Test func `a run waits for one that takes longer than a lock may`() throws {
    let options = options
    let migrations = [migration(1, "SELECT 1")]
    _ = try schema.migrate([], lock: lock)

    let applied = try inParallel(2) { number, gate in
      let (database, lock) = (Database(options), Database(options))
      let isSlow = number == 0
      guard isSlow else {
        gate.wait()
        return try SchemaStore(database: database).migrate(migrations, lock: lock)
      }
      try lock.transaction {
        try lock.execute("SELECT id FROM schema_lock FOR UPDATE")
        gate.wait()
        // Longer than innodb_lock_wait_timeout of our sessions.
        sleep(3)
      }
      return []
    }

    #expect(applied[1] == ["0001_test"])
  }

  @Test func `a file that failed half-way is applied again`() throws {
    let broken = migration(1, "CREATE TABLE IF NOT EXISTS kept (id INT); SELECT nothing")
    let mended = migration(1, "CREATE TABLE IF NOT EXISTS kept (id INT); SELECT 1")
    #expect(throws: DatabaseError.self) { try schema.migrate([broken], lock: lock) }

    let applied = try schema.migrate([mended], lock: lock)

    #expect(applied == ["0001_test"])
  }

  @Test func `every file does no harm when it is run twice`() throws {
    _ = try schema.migrate(SQLFile.migrations, lock: lock)
    let types = try EventTypeStore(database: lock).all()
    try lock.execute("DELETE FROM schema_migrations")

    let again = try schema.migrate(SQLFile.migrations, lock: lock)

    #expect(again.count == SQLFile.migrations.count)
    #expect(try EventTypeStore(database: lock).all() == types)
  }

  @Test func `a database newer than the program is refused`() throws {
    _ = try schema.migrate([migration(1, "SELECT 1"), migration(2, "SELECT 1")], lock: lock)

    #expect(throws: SchemaStore.Problem.newer(database: 2, program: 1)) {
      try schema.migrate([migration(1, "SELECT 1")], lock: lock)
    }
  }

  @Test func `a number that is missing or there twice is refused and nothing applied`() throws {
    for numbers in [[1, 3], [2], [1, 2, 2]] {
      let migrations = numbers.map { migration($0, "CREATE TABLE kept (id INT)") }

      #expect(throws: SchemaStore.Problem.self, "\(numbers)") {
        try schema.migrate(migrations, lock: lock)
      }
      #expect(try schema.appliedVersion() == 0)
    }
  }

  @Test func `only a name of four digits and an underline is a migration`() {
    let names = ["setup.sql", "grants.sql", "0001_.sql", "001_x.sql", "0001-x.sql", "0001_x.txt"]

    for name in names {
      #expect(SchemaStore.Migration(fileName: name, script: "") == nil, "\(name)")
    }
    #expect(SchemaStore.Migration(fileName: "0012_apps.sql", script: "")?.number == 12)
  }

  /// What every file finds there, but the first, which makes it.
  private static let auditLog = String(
    SQLFile.text(of: "0001_people.sql").split(separator: "\n")
      .drop { $0 != "CREATE TABLE IF NOT EXISTS audit_log (" }.joined(separator: "\n"))

  private func migration(_ number: Int, _ script: String) -> SchemaStore.Migration {
    let name = "000\(number)_test.sql"
    let script = Self.auditLog + script
    guard let migration = SchemaStore.Migration(fileName: name, script: script) else {
      fatalError("\(name) is the name of a migration")
    }
    return migration
  }
}
