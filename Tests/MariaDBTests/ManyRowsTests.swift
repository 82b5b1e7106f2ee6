import MariaDB
import TestSupport
import Testing

@Suite struct ManyRowsTests {
  private let database: Database

  init() throws {
    database = try makeDatabase(
      """
      CREATE TABLE t (
        id INT PRIMARY KEY, i BIGINT, d DOUBLE, s TEXT, b LONGBLOB, at DATETIME(6))
      """)
  }

  private struct Kept: Equatable {
    var i: Int?
    var d: Double?
    var s: String?
    var b: [UInt8]?
    var at: Int64?
  }

  private func kept() throws -> [Kept] {
    try database.query("SELECT i, d, s, b, at FROM t ORDER BY id") { row in
      Kept(
        i: try row.optionalInt(), d: try row.optionalDouble(), s: try row.optionalText(),
        b: try row.optionalBytes(), at: try row.optionalDateTime())
    }
  }

  @Test func `rows of every type go in at once, with nulls among them`() throws {
    let rows = [
      Kept(i: -5, d: 0.25, s: "a\0ü", b: [0, 255], at: -1),
      Kept(i: nil, d: nil, s: nil, b: nil, at: nil),
      Kept(i: .max, d: -1e10, s: "", b: [], at: 1_700_000_000_123_456),
      Kept(
        i: 0, d: 0, s: String(repeating: "x", count: 60_000),
        b: [UInt8](repeating: 7, count: 1 << 20), at: 0),
    ]

    let count = try database.execute(
      "INSERT INTO t (id, i, d, s, b, at) VALUES (?, ?, ?, ?, ?, ?)",
      rows: rows.enumerated().map { id, row in
        [
          id.boundValue, row.i.boundValue, row.d.boundValue, row.s.boundValue, row.b.boundValue,
          row.at.map { .dateTime(microseconds: $0) } ?? .null,
        ]
      })

    #expect(count == 4)
    #expect(try kept() == rows)
  }

  @Test func `a column of nulls alone goes in`() throws {
    try database.execute(
      "INSERT INTO t (id, s) VALUES (?, ?)", rows: [[.integer(1), .null], [.integer(2), .null]])

    #expect(try kept().map(\.s) == [nil, nil])
  }

  @Test func `one row is many rows too`() throws {
    let count = try database.execute("INSERT INTO t (id) VALUES (?)", rows: [[.integer(1)]])

    #expect(count == 1)
    #expect(try kept().count == 1)
  }

  @Test func `no rows do nothing`() throws {
    #expect(try database.execute("this is no SQL ?", rows: []) == 0)
  }

  @Test func `a thousand rows go in at once`() throws {
    let count = try database.execute(
      "INSERT INTO t (id, s) VALUES (?, ?)",
      rows: (0..<1_000).map { [.integer($0), .text("row \($0)")] })

    #expect(count == 1_000)
    #expect(try kept().last?.s == "row 999")
  }

  @Test func `a duplicate among the rows changes nothing`() throws {
    try database.execute("INSERT INTO t (id) VALUES (5)")

    let error = #expect(throws: DatabaseError.self) {
      try database.execute(
        "INSERT INTO t (id) VALUES (?)", rows: (0..<10).map { [.integer($0)] })
    }

    #expect(error?.code == .duplicate)
    #expect(try database.query("SELECT id FROM t") { row in try row.int() } == [5])
  }

  @Test func `each row is updated with its own values, and the matched are counted`() throws {
    try database.execute("INSERT INTO t (id, i) VALUES (1, 10), (2, 20), (3, 30)")

    let count = try database.execute(
      "UPDATE t SET i = ? WHERE id = ?",
      rows: [
        [.integer(11), .integer(1)], [.integer(20), .integer(2)], [.integer(0), .integer(9)],
      ])

    // The second matches without changing, the third does not match.
    #expect(count == 2)
    #expect(try kept().map(\.i) == [11, 20, 30])
  }

  @Test func `each row is deleted`() throws {
    try database.execute("INSERT INTO t (id) VALUES (1), (2), (3)")

    let count = try database.execute(
      "DELETE FROM t WHERE id = ?", rows: [[.integer(1)], [.integer(3)]])

    #expect(count == 2)
    #expect(try database.query("SELECT id FROM t") { row in try row.int() } == [2])
  }

  @Test func `one text serves many rows and single ones in turn`() throws {
    let text = "INSERT INTO t (id, s) VALUES (?, ?)"
    try database.execute(text, rows: [[.integer(1), .text("a")], [.integer(2), .null]])

    try database.execute("INSERT INTO t (id, s) VALUES (\(3), \("c"))")
    try database.execute(text, rows: [[.integer(4), .text("d")], [.integer(5), .text("e")]])
    try database.execute("INSERT INTO t (id, s) VALUES (\(6), \(String?.none))")

    #expect(try kept().map(\.s) == ["a", nil, "c", "d", "e", nil])
  }

  @Test func `the types of a place may change between executions`() throws {
    let text = "INSERT INTO t (id, s) VALUES (?, ?)"
    try database.execute(text, rows: [[.integer(1), .text("a")]])
    try database.execute(text, rows: [[.integer(2), .integer(17)]])

    #expect(try kept().map(\.s) == ["a", "17"])
  }

  @Test func `rows that are too much for one exchange are refused before they are sent`() throws {
    let number = try connectionNumber(of: database)
    let large = Value.bytes([UInt8](repeating: 1, count: 9 << 20))

    let error = #expect(throws: DatabaseError.self) {
      try database.execute(
        "INSERT INTO t (id, b) VALUES (?, ?)", rows: [[.integer(1), large], [.integer(2), large]])
    }

    #expect(error?.code == .packetTooLarge)
    #expect(error?.isUnavailable == false)
    #expect(try kept().isEmpty)
    #expect(try connectionNumber(of: database) == number)
  }

  @Test func `what just fits goes in, what just does not is refused`() throws {
    let limit = 16 << 20
    let insert = { (id: Int, length: Int) in
      _ = try database.execute(
        "INSERT INTO t (id, b) VALUES (\(id), \([UInt8](repeating: 1, count: length)))")
    }

    try insert(1, limit - 2_000)
    #expect(throws: DatabaseError.self) { try insert(2, limit) }

    #expect(try database.query("SELECT id FROM t") { row in try row.int() } == [1])
  }
}
