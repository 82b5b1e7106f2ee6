import MariaDB
import TestSupport
import Testing

@Suite struct ValueTests {
  private let database: Database

  init() throws {
    database = try makeDatabase(
      """
      CREATE TABLE kept (
        id INT PRIMARY KEY, i BIGINT, u BIGINT UNSIGNED, t TINYINT, d DOUBLE, f FLOAT,
        n DECIMAL(20, 2), s LONGTEXT, b LONGBLOB, at DATETIME(6), day DATE, stamp TIMESTAMP(6) NULL,
        uuid UUID, j JSON, e ENUM('pending', 'held'), clock TIME)
      """)
  }

  @Test(arguments: [0, 1, -1, 2_147_483_648, Int.max, Int.min])
  func `an integer comes back as it went`(integer: Int) throws {
    try database.execute("INSERT INTO kept (id, i) VALUES (1, \(integer))")

    #expect(try database.first("SELECT i FROM kept") { row in try row.int() } == integer)
  }

  @Test(arguments: [0, -0.5, 1e300, 2.3e-308, .pi, .greatestFiniteMagnitude])
  func `a double comes back as it went`(double: Double) throws {
    try database.execute("INSERT INTO kept (id, d) VALUES (1, \(double))")

    #expect(try database.first("SELECT d FROM kept") { row in try row.double() } == double)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `what is no number is refused`(double: Double) {
    let one = #expect(throws: DatabaseError.self) {
      try database.execute("INSERT INTO kept (id, d) VALUES (1, \(double))")
    }
    let many = #expect(throws: DatabaseError.self) {
      try database.execute(
        "INSERT INTO kept (id, d) VALUES (?, ?)", rows: [[.integer(1), .double(double)]])
    }

    #expect(one?.code == .unexpectedValue)
    #expect(many?.code == .unexpectedValue)
  }

  @Test func `a text comes back as it went`() throws {
    let texts = [
      "", "a", "NUL \0 inside", "\u{10FFFF}", "e\u{301}", "'\"\\;-- ?", "\r\n\u{1A}",
      String(repeating: "ä", count: 100_000),
    ]
    for (id, text) in texts.enumerated() {
      try database.execute("INSERT INTO kept (id, s) VALUES (\(id), \(text))")
    }

    let back = try database.query("SELECT s FROM kept ORDER BY id") { row in try row.text() }

    #expect(back.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
  }

  @Test func `bytes come back as they went`() throws {
    let large = (0..<5 << 20).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
    let cases: [[UInt8]] = [[], [0], [0, 255, 0, 254], [UInt8](0...255), large]
    for (id, bytes) in cases.enumerated() {
      try database.execute("INSERT INTO kept (id, b) VALUES (\(id), \(bytes))")
    }

    let back = try database.query("SELECT b FROM kept ORDER BY id") { row in try row.bytes() }

    #expect(back == cases)
  }

  @Test(arguments: [511, 512, 513])
  func `a value as long as its buffer, or nearly, comes back whole`(length: Int) throws {
    let text = String(repeating: "x", count: length)
    let bytes = [UInt8](repeating: 1, count: length)
    try database.execute("INSERT INTO kept (id, s, b) VALUES (1, \(text), \(bytes))")

    let back = try database.first("SELECT s, b FROM kept") { row in
      (try row.text(), try row.bytes())
    }

    #expect(back?.0 == text)
    #expect(back?.1 == bytes)
  }

  /// 0000-03-01, 1969 with and without a fraction, the leap day of 2000, a year 9999.
  @Test(arguments: [
    (0, "1970-01-01 00:00:00.000000"), (-1, "1969-12-31 23:59:59.999999"),
    (-86_400_000_000, "1969-12-31 00:00:00.000000"),
    (951_782_400_000_001, "2000-02-29 00:00:00.000001"),
    (1_709_251_199_999_999, "2024-02-29 23:59:59.999999"),
    (-2_203_891_200_000_000, "1900-03-01 00:00:00.000000"),
    (-62_162_035_200_000_000, "0000-03-01 00:00:00.000000"),
    (-62_167_219_200_000_000, "0000-01-01 00:00:00.000000"),
    (253_402_300_799_999_999, "9999-12-31 23:59:59.999999"),
  ])
  func `a moment goes and comes as the clock in UTC shows it`(
    microseconds: Int64, shown: String
  ) throws {
    let moment = Value.dateTime(microseconds: microseconds)
    try database.execute("INSERT INTO kept (id, at) VALUES (1, \(moment))")

    let back = try database.first("SELECT at, CAST(at AS CHAR) FROM kept") { row in
      (try row.dateTime(), try row.text())
    }

    #expect(back?.0 == microseconds)
    #expect(back?.1 == shown)
  }

  @Test(arguments: [-62_167_219_200_000_001, 253_402_300_800_000_000, Int64.min, Int64.max])
  func `a moment outside the years 0 to 9999 is refused`(microseconds: Int64) {
    let moment = Value.dateTime(microseconds: microseconds)

    let error = #expect(throws: DatabaseError.self) {
      try database.execute("INSERT INTO kept (id, at) VALUES (1, \(moment))")
    }
    #expect(error?.code == .unexpectedValue)
  }

  @Test func `null comes back as null, of every type`() throws {
    let none: String? = nil
    try database.execute(
      """
      INSERT INTO kept (id, i, d, s, b, at)
      VALUES (1, \(Int?.none), \(Double?.none), \(none), \([UInt8]?.none), \(Value.null))
      """)

    let areNull = try database.first("SELECT i, d, s, b, at, t, NULL FROM kept") { row in
      [
        try row.optionalInt() == nil, try row.optionalDouble() == nil,
        try row.optionalText() == nil, try row.optionalBytes() == nil,
        try row.optionalDateTime() == nil, try row.optionalBool() == nil,
        try row.optionalText() == nil,
      ]
    }

    #expect(areNull == [true, true, true, true, true, true, true])
  }

  @Test func `every kind of column is read`() throws {
    try database.execute(
      """
      INSERT INTO kept (id, u, t, f, n, day, stamp, uuid, j, e, clock)
      VALUES (1, 9223372036854775807, 1, 0.5, -12.50, '2026-11-24', '2026-11-24 12:00:00.5',
        '0192d3a4-0000-7000-8000-00000000000A', '{"a": 1}', 'held', '11:12:13')
      """)

    let rows: [Void] = try database.query(
      "SELECT u, t, f, n, day, stamp, uuid, j, e, clock, t FROM kept"
    ) { (row: inout Row) throws in
      #expect(try row.int64() == .max)
      #expect(try row.bool())
      #expect(try row.double() == 0.5)
      #expect(try row.double() == -12.5)
      #expect(try row.dateTime() == 1_795_478_400_000_000)
      #expect(try row.dateTime() == 1_795_521_600_500_000)
      #expect(try row.text() == "0192d3a4-0000-7000-8000-00000000000a")
      #expect(try row.text() == #"{"a": 1}"#)
      #expect(try row.text() == "held")
      #expect(try row.text() == "11:12:13")
      #expect(try row.double() == 1)
    }

    #expect(rows.count == 1)
  }

  @Test func `a sum of integers is read as an integer`() throws {
    try database.execute("INSERT INTO kept (id, i) VALUES (1, 40), (2, 2)")

    #expect(try database.first("SELECT SUM(i) FROM kept") { row in try row.int() } == 42)
  }
}
