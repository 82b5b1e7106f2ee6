import MariaDB
import TestSupport
import Testing

@Suite struct StatementTests {
  private let database: Database

  init() throws {
    database = try makeDatabase("CREATE TABLE t (id INT PRIMARY KEY, n INT)")
  }

  /// How often this connection has prepared, by the server's count.
  private func prepared() throws -> Int {
    try #require(
      database.first(
        """
        SELECT CAST(variable_value AS INT) FROM information_schema.session_status
         WHERE variable_name = 'Com_stmt_prepare'
        """
      ) { row in try row.int() })
  }

  private func statementsKept() throws -> Int {
    try #require(
      database.first(
        """
        SELECT CAST(variable_value AS INT) - (
          SELECT CAST(variable_value AS INT) FROM information_schema.session_status
           WHERE variable_name = 'Com_stmt_close')
          FROM information_schema.session_status WHERE variable_name = 'Com_stmt_prepare'
        """
      ) { row in try row.int() })
  }

  private func select(_ number: Int) throws {
    let text = SQL(stringLiteral: "SELECT \(number)")
    #expect(try database.first(text) { row in try row.int() } == number)
  }

  @Test func `a text is prepared once, whatever its values`() throws {
    let before = try prepared()

    for number in 0..<5 {
      try database.execute("INSERT INTO t (id, n) VALUES (\(number), 1)")
    }
    try database.execute("INSERT INTO t (id, n) VALUES (?, 1)", rows: [[.integer(9)]])

    #expect(try prepared() == before + 1)
  }

  @Test func `no more than 256 statements are kept, the least recently used going first`() throws {
    try select(-1)
    try select(-2)
    for number in 0..<253 {
      try select(number)
    }
    #expect(try statementsKept() == 256)
    try select(-1)
    try select(1_000)
    try select(1_001)

    let kept = try statementsKept()
    let before = try prepared()
    try select(-1)
    let afterUsed = try prepared()
    try select(-2)
    let afterUnused = try prepared()

    #expect(kept == 256)
    #expect(afterUsed == before)
    #expect(afterUnused == afterUsed + 1)
  }

  @Test func `the rows matched are counted, changed or not`() throws {
    try database.execute("INSERT INTO t (id, n) VALUES (1, 5), (2, 6)")

    #expect(try database.execute("UPDATE t SET n = 5 WHERE id = 1") == 1)
    #expect(try database.execute("UPDATE t SET n = 5") == 2)
    #expect(try database.execute("UPDATE t SET n = 5 WHERE id = 3") == 0)
    #expect(try database.execute("SELECT id FROM t") == 2)
    #expect(try database.execute("DELETE FROM t WHERE id = 1") == 1)
    #expect(try database.execute("DO 1") == 0)
  }

  @Test func `an insert returns its rows`() throws {
    let id = try database.first("INSERT INTO t (id, n) VALUES (7, 1) RETURNING id") { row in
      try row.int()
    }

    #expect(id == 7)
  }

  @Test func `a statement goes on working when its table changes`() throws {
    let read = {
      try database.query("SELECT id, n FROM t") { row in
        (try row.int(), try row.optionalText())
      }
    }
    try database.execute("INSERT INTO t (id) VALUES (1)")
    _ = try read()

    try database.execute("ALTER TABLE t MODIFY n VARCHAR(900)")
    try database.execute("UPDATE t SET n = \(String(repeating: "x", count: 900))")

    #expect(try read().first?.1?.count == 900)
  }
}
