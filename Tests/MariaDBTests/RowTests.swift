import MariaDB
import TestSupport
import Testing

@Suite struct RowTests {
  private let database: Database

  init() throws {
    database = try makeDatabase()
  }

  private func failure<T>(_ sql: SQL, _ read: (inout Row) throws -> T) -> DatabaseError? {
    #expect(throws: DatabaseError.self) {
      try database.first(sql) { row in try read(&row) }
    }
  }

  @Test func `null where none is expected names the column`() {
    let error = failure("SELECT 1 AS a, NULL AS b") { row in
      _ = try row.int()
      return try row.text()
    }

    #expect(error?.code == .unexpectedValue)
    #expect(error?.message == "column b is NULL, not text")
  }

  @Test func `another type than expected names the column`() {
    #expect(
      failure("SELECT 'x' AS c") { row in try row.int() }?.message
        == "column c is not an integer")
    #expect(
      failure("SELECT '12' AS c") { row in try row.int() }?.message
        == "column c is not an integer")
    #expect(
      failure("SELECT 1.5 AS c") { row in try row.int() }?.message
        == "column c is not an integer")
    #expect(failure("SELECT 1 AS c") { row in try row.text() }?.message == "column c is not text")
    #expect(
      failure("SELECT 1 AS c") { row in try row.bytes() }?.message == "column c is not bytes")
    #expect(
      failure("SELECT 'x' AS c") { row in try row.double() }?.message
        == "column c is not a number")
    #expect(
      failure("SELECT '2026-01-01' AS c") { row in try row.dateTime() }?.message
        == "column c is not a moment")
    #expect(failure("SELECT 2 AS c") { row in try row.bool() }?.message == "column c is not 0 or 1")
  }

  @Test func `an unsigned integer too large for ours is refused`() {
    let error = failure("SELECT 9223372036854775808 AS c") { row in try row.int() }

    #expect(error?.code == .unexpectedValue)
  }

  @Test func `bytes that are not UTF-8 are no text`() {
    let error = failure("SELECT x'FF' AS c") { row in try row.text() }

    #expect(error?.message == "column c is not text")
  }

  @Test func `long bytes that are not UTF-8 are no text either`() {
    let error = failure("SELECT CONCAT(REPEAT('x', 5000), x'FF') AS c") { row in try row.text() }

    #expect(error?.message == "column c is not text")
  }

  @Test func `no row is nil, and no rows an empty list`() throws {
    #expect(try database.first("SELECT 1 FROM DUAL WHERE 1 = 0") { row in try row.int() } == nil)
    #expect(try database.query("SELECT 1 FROM DUAL WHERE 1 = 0") { row in try row.int() } == [])
  }

  @Test func `the first of many rows is read alone`() throws {
    var read = 0
    let first = try database.first("SELECT seq FROM mysql.seq_1_to_1000") { row in
      read += 1
      return try row.int()
    }

    #expect(first == 1)
    #expect(read == 1)
  }

  @Test func `columns left over are no matter`() throws {
    #expect(try database.query("SELECT 1, 2, 3") { row in try row.int() } == [1])
  }

  @Test func `what the reader throws comes out, and the connection goes on`() throws {
    struct Refusal: Error {}

    #expect(throws: Refusal.self) {
      try database.query("SELECT 1 UNION SELECT 2") { _ in throw Refusal() }
    }

    #expect(try database.first("SELECT 3") { row in try row.int() } == 3)
  }

  @Test func `another statement may run while rows are read`() throws {
    let sums = try database.query("SELECT 1 UNION SELECT 2") { row in
      let number = try row.int()
      return try #require(database.first("SELECT \(number) + 10") { row in try row.int() })
    }

    #expect(sums == [11, 12])
  }
}
