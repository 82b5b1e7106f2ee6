import MariaDB
import TestSupport
import Testing

@Suite struct ConnectionTests {
  private let database: Database

  init() throws {
    database = try makeDatabase("CREATE TABLE t (id INT PRIMARY KEY)")
  }

  private func ids() throws -> [Int] {
    try connect(like: database).query("SELECT id FROM t ORDER BY id") { row in try row.int() }
  }

  @Test func `nothing is connected before the first use`() {
    var options = TestServer.shared.options(database: "mysql")
    options.socket = "/nonexistent/socket"

    let database = Database(options)

    #expect(throws: DatabaseError.self) { try database.connect() }
  }

  @Test func `session statements are run at each connect`() throws {
    let database = try connect(like: database) {
      $0.sessionStatements = ["SET time_zone = '+03:00'", "SET @word = 'x'"]
    }
    let word: SQL = "SELECT CONCAT(@@time_zone, @word)"
    #expect(try database.first(word) { row in try row.text() } == "+03:00x")

    try kill(connectionNumber(of: database))

    #expect(try database.first(word) { row in try row.text() } == "+03:00x")
  }

  @Test func `a connection killed while idle is made anew, and the statement runs once`() throws {
    let number = try connectionNumber(of: database)
    try kill(number)

    let count = try database.execute("INSERT INTO t (id) VALUES (1)")

    #expect(count == 1)
    #expect(try ids() == [1])
    #expect(try connectionNumber(of: database) != number)
  }

  @Test func `a prepared statement outlives its connection`() throws {
    let insert = { (id: Int) in
      _ = try database.execute("INSERT INTO t (id) VALUES (\(id))")
    }
    try insert(1)
    try kill(connectionNumber(of: database))

    try insert(2)
    try kill(connectionNumber(of: database))
    try database.execute("INSERT INTO t (id) VALUES (?)", rows: [[.integer(3)]])

    #expect(try ids() == [1, 2, 3])
  }

  @Test func `a transaction begins on a new connection when the old one is dead`() throws {
    try kill(connectionNumber(of: database))

    try database.transaction {
      try database.execute("INSERT INTO t (id) VALUES (1)")
    }

    #expect(try ids() == [1])
  }

  @Test func `a connection killed in a transaction ends it, and the next one works`() throws {
    var later: DatabaseError?
    let error = #expect(throws: DatabaseError.self) {
      try database.transaction {
        try database.execute("INSERT INTO t (id) VALUES (1)")
        try kill(connectionNumber(of: database))
        do throws(DatabaseError) {
          try database.execute("INSERT INTO t (id) VALUES (2)")
        } catch let first {
          later = failure { () throws(DatabaseError) in
            // Nothing may run on a new connection as if the first row were there.
            try database.execute("INSERT INTO t (id) VALUES (3)")
          }
          throw first
        }
      }
    }
    try database.transaction {
      try database.execute("INSERT INTO t (id) VALUES (4)")
    }

    #expect(error?.isConnectionLost == true)
    #expect(error?.isUnavailable == true)
    #expect(error?.outcomeIsUnknown == false)
    #expect(later?.isConnectionLost == true)
    #expect(try ids() == [4])
  }

  @Test func `a body that hides the lost connection does not commit`() throws {
    let error = #expect(throws: DatabaseError.self) {
      try database.transaction {
        try database.execute("INSERT INTO t (id) VALUES (1)")
        try kill(connectionNumber(of: database))
        _ = try? database.execute("INSERT INTO t (id) VALUES (2)")
      }
    }

    #expect(error?.isConnectionLost == true)
    #expect(error?.outcomeIsUnknown == false)
    #expect(try ids() == [])
  }

  @Test func `an answer that takes too long loses the connection and leaves it unknown`() throws {
    let hasty = try connect(like: database) { $0.readTimeoutSeconds = 1 }

    let error = #expect(throws: DatabaseError.self) {
      try hasty.execute("INSERT INTO t (id) SELECT 1 FROM DUAL WHERE SLEEP(2) = 0")
    }

    #expect(error?.code == .lostConnection)
    #expect(error?.outcomeIsUnknown == true)
    #expect(try hasty.first("SELECT 1") { row in try row.int() } == 1)
  }

  @Test func `in a transaction the outcome is known: nothing was committed`() throws {
    let hasty = try connect(like: database) { $0.readTimeoutSeconds = 1 }

    let error = #expect(throws: DatabaseError.self) {
      try hasty.transaction {
        try hasty.execute("INSERT INTO t (id) SELECT 1 FROM DUAL WHERE SLEEP(2) = 0")
      }
    }

    #expect(error?.code == .lostConnection)
    #expect(error?.outcomeIsUnknown == false)
    #expect(try ids() == [])
  }

  @Test func `rows are read to the end when a statement among them loses the connection`() throws {
    let long = String(repeating: "x", count: 2_000)

    let read = try database.query(
      "SELECT seq, REPEAT('x', 2000) FROM mysql.seq_1_to_3"
    ) { row in
      let number = try row.int()
      if number == 1 {
        try kill(connectionNumber(of: database))
        try database.execute("INSERT INTO t (id) VALUES (1)")
      }
      return (number, try row.text())
    }

    #expect(read.map(\.0) == [1, 2, 3])
    #expect(read.allSatisfy { $0.1 == long })
    #expect(try ids() == [1])
  }

  @Test func `a closed database opens again at the next use`() throws {
    let number = try connectionNumber(of: database)

    database.close()

    #expect(try connectionNumber(of: database) != number)
  }

  @Test func `a server that was stopped is unavailable, and used again when it is back`() throws {
    let server = TestServer()
    let database = Database(try server.makeDatabase())
    try database.run(script: "CREATE TABLE t (id INT PRIMARY KEY)")
    try database.execute("INSERT INTO t (id) VALUES (\(1))")

    server.stop()
    let error = #expect(throws: DatabaseError.self) {
      try database.execute("INSERT INTO t (id) VALUES (\(2))")
    }
    let inTransaction = #expect(throws: DatabaseError.self) { try database.transaction {} }
    server.start()
    try database.execute("INSERT INTO t (id) VALUES (\(3))")

    #expect(error?.isUnavailable == true)
    #expect(error?.outcomeIsUnknown == false)
    #expect(inTransaction?.isUnavailable == true)
    #expect(!database.isInTransaction)
    #expect(
      try database.query("SELECT id FROM t ORDER BY id") { row in try row.int() } == [1, 3])
  }
}
