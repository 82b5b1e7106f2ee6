import MariaDB
import TestSupport
import Testing

@Suite struct SQLTests {
  @Test func `an interpolated value is bound and not text`() {
    let name = "'; DROP TABLE users; --"

    let sql: SQL = "SELECT id FROM users WHERE name = \(name) AND age > \(30)"

    #expect(sql.text == "SELECT id FROM users WHERE name = ? AND age > ?")
    #expect(sql.values == [.text(name), .integer(30)])
  }

  @Test func `every bindable type has its value`() {
    let none: Int? = nil
    let some: String? = "x"

    let sql: SQL =
      """
      \(1) \(Int64(2)) \(Int32(3)) \(UInt32(4)) \(true) \(false) \(0.5) \("t") \([UInt8(9)]) \
      \(none) \(some) \(Value.dateTime(microseconds: 7))
      """

    #expect(
      sql.values == [
        .integer(1), .integer(2), .integer(3), .integer(4), .integer(1), .integer(0), .double(0.5),
        .text("t"), .bytes([9]), .null, .text("x"), .dateTime(microseconds: 7),
      ])
  }

  @Test func `a list becomes as many question marks`() {
    let ids = ["a", "b", "c"]

    let sql: SQL = "DELETE FROM t WHERE id IN (\(list: ids)) OR n IN (\(list: [1]))"

    #expect(sql.text == "DELETE FROM t WHERE id IN (?, ?, ?) OR n IN (?)")
    #expect(sql.values == [.text("a"), .text("b"), .text("c"), .integer(1)])
  }

  @Test func `a piece of SQL keeps its values in their place`() {
    let condition: SQL = "b = \(2) AND c = \(3)"

    let sql: SQL = "SELECT 1 FROM t WHERE a = \(1) AND \(condition) AND d = \(4)"

    #expect(sql.text == "SELECT 1 FROM t WHERE a = ? AND b = ? AND c = ? AND d = ?")
    #expect(sql.values == [.integer(1), .integer(2), .integer(3), .integer(4)])
  }

  @Test func `pieces are added and joined`() {
    var sql: SQL = "SELECT 1 FROM t WHERE " + "a = \(1)"
    sql += " LIMIT \(5)"
    let pieces: [SQL] = ["x = \(1)", "y = \(2)", "z IS NULL"]

    let joined = pieces.joined(separator: " OR ")

    #expect(sql.text == "SELECT 1 FROM t WHERE a = ? LIMIT ?")
    #expect(sql.values == [.integer(1), .integer(5)])
    #expect(joined.text == "x = ? OR y = ? OR z IS NULL")
    #expect(joined.values == [.integer(1), .integer(2)])
    #expect([SQL]().joined(separator: ", ").text == "")
  }

  @Test func `an empty list is a programmer's mistake`() async {
    await #expect(processExitsWith: .failure) {
      let none: [Int] = []
      _ = SQL("id IN (\(list: none))")
    }
  }

  @Test func `a list finds its rows`() throws {
    let database = try makeDatabase()

    let rows = try database.query(
      "SELECT seq FROM mysql.seq_1_to_10 WHERE seq IN (\(list: [3, 5, 11])) ORDER BY seq"
    ) { row in try row.int() }

    #expect(rows == [3, 5])
  }
}
