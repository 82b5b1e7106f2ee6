import MariaDB
import TestSupport
import Testing

@Suite struct ScriptTests {
  private let database: Database

  init() throws {
    database = try makeDatabase()
  }

  @Test func `a script makes tables and procedures`() throws {
    try database.run(
      script: """
        -- a comment; with a semicolon
        CREATE TABLE t (id INT PRIMARY KEY, word TEXT);
        CREATE PROCEDURE add_two(word TEXT)
        BEGIN
          INSERT INTO t VALUES (1, word);
          IF word <> '' THEN
            INSERT INTO t VALUES (2, CONCAT(word, ';'));
          END IF;
        END;
        SELECT 'rows are dropped';
        INSERT INTO t VALUES (3, 'after');
        """)
    try database.execute("CALL add_two(\("word"))")

    let words = try database.query("SELECT word FROM t ORDER BY id") { row in try row.text() }

    #expect(words == ["word", "word;", "after"])
  }

  @Test func `an error names its statement, and what ran before it stays`() throws {
    let error = #expect(throws: DatabaseError.self) {
      try database.run(
        script: "CREATE TABLE t (id INT); INSERT INTO t VALUES (1); INSERT INTO none VALUES (1)")
    }

    #expect(error?.code == .unknownTable)
    #expect(error?.sql == "statement 3 of a script")
    #expect(try database.first("SELECT id FROM t") { row in try row.int() } == 1)
  }

  @Test func `the rows of a procedure are read, and what follows them is dropped`() throws {
    try database.run(
      script: """
        CREATE PROCEDURE two_results(n INT)
        BEGIN
          SELECT n, 'a';
          SELECT 'b', n, n;
        END;
        """)

    for number in 1...3 {
      let rows = try database.query("CALL two_results(\(number))") { row in
        (try row.int(), try row.text())
      }
      #expect(rows.count == 1)
      #expect(rows.first?.0 == number)
    }
    #expect(try database.first("SELECT 5") { row in try row.int() } == 5)
  }

  @Test func `a procedure may return other columns each time`() throws {
    try database.run(
      script: """
        CREATE PROCEDURE either(which INT)
          IF which = 1 THEN SELECT 1; ELSE SELECT 'a text'; END IF;
        """)
    let call = { (which: Int) -> SQL in "CALL either(\(which))" }

    #expect(try database.first(call(1)) { row in try row.int() } == 1)
    #expect(try database.first(call(2)) { row in try row.text() } == "a text")
    #expect(try database.first(call(1)) { row in try row.int() } == 1)
  }

  @Test func `a procedure without rows has none to read`() throws {
    try database.run(script: "CREATE PROCEDURE nothing() SET @called = 1")

    #expect(try database.query("CALL nothing()") { row in try row.int() } == [])
    #expect(try database.first("SELECT @called") { row in try row.int() } == 1)
  }

  @Test func `an error after a procedure's rows comes out`() throws {
    try database.run(
      script: """
        CREATE PROCEDURE fails()
        BEGIN
          SELECT 1;
          SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'too late';
        END;
        """)

    let error = #expect(throws: DatabaseError.self) {
      try database.query("CALL fails()") { row in try row.int() }
    }

    #expect(error?.message == "too late")
    #expect(try database.first("SELECT 5") { row in try row.int() } == 5)
  }
}
