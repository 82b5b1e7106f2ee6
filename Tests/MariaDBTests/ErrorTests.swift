import MariaDB
import TestSupport
import Testing

@Suite struct ErrorTests {
  private let database: Database

  init() throws {
    database = try makeDatabase(
      """
      CREATE TABLE parents (id INT PRIMARY KEY);
      CREATE TABLE t (
        id INT PRIMARY KEY, email VARCHAR(40), n TINYINT NOT NULL DEFAULT 0 CHECK (n < 50),
        parent INT, at DATETIME, UNIQUE KEY email_is_unique (email),
        CONSTRAINT parent_exists FOREIGN KEY (parent) REFERENCES parents (id));
      CREATE PROCEDURE refuse(words VARCHAR(40))
        SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = words;
      """)
  }

  private func failure(of sql: SQL) -> DatabaseError? {
    #expect(throws: DatabaseError.self) { try database.execute(sql) }
  }

  @Test func `a duplicate has its code and state, and quotes nothing when printed`() throws {
    try database.execute("INSERT INTO t (id, email) VALUES (1, \("secret@example.com"))")

    let error = try #require(
      failure(of: "INSERT INTO t (id, email) VALUES (2, \("secret@example.com"))"))

    #expect(error.code == .duplicate)
    #expect(error.sqlState == "23000")
    #expect(error.message.contains("secret@example.com"))
    #expect(error.sql == "INSERT INTO t (id, email) VALUES (2, ?)")
    #expect(
      String(describing: error)
        == "database error 1062 (23000) [INSERT INTO t (id, email) VALUES (2, ?)]")
    #expect(!"\(error)".contains("secret"))
    #expect(!String(reflecting: error).contains("secret"))
  }

  @Test func `no error prints a value`() throws {
    let failures = [
      failure(of: "INSERT INTO t (id, at) VALUES (1, \("31secret"))"),
      failure(of: "INSERT INTO t (id, n) VALUES (1, \("31secret"))"),
      failure(of: "INSERT INTO t (id, parent) VALUES (1, \("31secret"))"),
      failure(of: "INSERT INTO t (id, email) VALUES (1, \(String(repeating: "secret", count: 9)))"),
      failure(of: "SELECT JSON_TABLE(\("31secret"))"),
      failure(of: "SELECT \("31secret") FROM t WHERE nothing = \("31secret")"),
    ]

    for failure in failures {
      let printed = String(describing: try #require(failure)) + String(reflecting: failure!)
      #expect(!printed.contains("secret"))
    }
  }

  @Test func `refusals of the schema have their codes`() throws {
    try database.execute("INSERT INTO parents (id) VALUES (1)")
    try database.execute("INSERT INTO t (id, parent) VALUES (1, 1)")

    #expect(failure(of: "INSERT INTO t (id, n) VALUES (2, 60)")?.code == .checkConstraint)
    #expect(failure(of: "INSERT INTO t (id, n) VALUES (2, NULL)")?.code == .notNull)
    #expect(failure(of: "INSERT INTO t (id, n) VALUES (2, 1000)")?.code == .outOfRange)
    #expect(failure(of: "INSERT INTO t (id, parent) VALUES (2, 9)")?.code == .foreignKey)
    #expect(failure(of: "DELETE FROM parents")?.code == .foreignKeyInUse)
    #expect(failure(of: "SELECT 1 FROM nowhere")?.code == .unknownTable)
    #expect(failure(of: "SELECT nothing FROM t")?.code == .unknownColumn)
    #expect(failure(of: "CALL nobody()")?.code == .unknownProcedure)
    #expect(failure(of: "SELEC 1")?.code == .syntax)
    #expect(
      failure(of: "SET STATEMENT max_statement_time = 0.01 FOR SELECT SLEEP(5)")?.code
        == .statementTimeout)
  }

  @Test func `a signal brings its words`() {
    let error = failure(of: "CALL refuse(\("no such event type"))")

    #expect(error?.code == .signal)
    #expect(error?.sqlState == "45000")
    #expect(error?.message == "no such event type")
  }

  @Test func `the printed form keeps what only names the schema`() {
    let error = failure(of: "SELECT 1 FROM nowhere")

    #expect(error.map { "\($0)".contains("nowhere' doesn't exist [SELECT 1 FROM") } == true)
  }

  @Test func `no refusal is called unavailable, transient or unknown`() throws {
    let error = try #require(failure(of: "SELEC 1"))

    #expect(!error.isUnavailable)
    #expect(!error.isTransient)
    #expect(!error.isConnectionLost)
    #expect(!error.outcomeIsUnknown)
  }

  @Test func `several statements in one text are no statement`() {
    #expect(failure(of: "SELECT 1; SELECT 2")?.code == .syntax)
  }

  @Test func `the server cannot ask for our files`() throws {
    let database = try connect(like: database) { $0.allowsScripts = true }

    #expect(throws: DatabaseError.self) {
      try database.run(script: "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE t")
    }
  }

  @Test func `nobody there and no entry are told apart`() {
    var options = TestServer.shared.options(database: "mysql")
    options.user = "nobody"
    let denied = #expect(throws: DatabaseError.self) { try Database(options).connect() }
    options = TestServer.shared.options(database: "no_such_database")
    let unknown = #expect(throws: DatabaseError.self) { try Database(options).connect() }
    options.socket = "/nonexistent/socket"
    let absent = #expect(throws: DatabaseError.self) { try Database(options).connect() }
    options.socket = nil
    let nowhere = #expect(throws: DatabaseError.self) { try Database(options).connect() }

    #expect(denied?.code == .accessDenied)
    #expect(denied?.isUnavailable == false)
    #expect(unknown?.code == .unknownDatabase)
    #expect(absent?.code == .cannotConnect)
    #expect(absent?.isUnavailable == true)
    #expect(nowhere?.code == .cannotConnect)
  }
}
