import MariaDB
import TestSupport
import Testing

@Suite struct TransactionTests {
  private let database: Database

  init() throws {
    database = try makeDatabase(
      """
      CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL);
      CREATE TABLE log (id INT AUTO_INCREMENT PRIMARY KEY, word TEXT);
      INSERT INTO t VALUES (1, 0), (2, 0)
      """)
  }

  private func numbers() throws -> [Int] {
    try database.query("SELECT n FROM t ORDER BY id") { row in try row.int() }
  }

  private func logged() throws -> [String] {
    try database.query("SELECT word FROM log ORDER BY id") { row in try row.text() }
  }

  @Test func `what returns is committed`() throws {
    let result = try database.transaction {
      try database.execute("UPDATE t SET n = 7 WHERE id = 1")
      #expect(database.isInTransaction)
      return "done"
    }

    #expect(result == "done")
    #expect(!database.isInTransaction)
    #expect(try connect(like: database).execute("SELECT 1 FROM t WHERE n = 7") == 1)
  }

  @Test func `what throws is rolled back, and the error comes out`() throws {
    struct Refusal: Error {}

    #expect(throws: Refusal.self) {
      try database.transaction {
        try database.execute("UPDATE t SET n = 7")
        throw Refusal()
      }
    }

    #expect(!database.isInTransaction)
    #expect(try numbers() == [0, 0])
  }

  @Test func `a refused statement that the body takes leaves the rest standing`() throws {
    try database.transaction {
      try database.execute("UPDATE t SET n = 7 WHERE id = 1")
      #expect(throws: DatabaseError.self) {
        try database.execute("INSERT INTO t (id, n) VALUES (1, 0)")
      }
    }

    #expect(try numbers() == [7, 0])
  }

  @Test func `of two in a deadlock one begins again, and both come through`() throws {
    let name = try #require(database.first("SELECT DATABASE()") { row in try row.text() })
    let (oneIsLocked, twoIsLocked) = (Gate(), Gate())

    let other = onThread {
      let database = Database(TestServer.shared.options(database: name))
      var runs = 0
      try database.transaction {
        runs += 1
        try database.execute("UPDATE t SET n = n + 1 WHERE id = 2")
        twoIsLocked.open()
        oneIsLocked.wait()
        try database.execute("UPDATE t SET n = n + 1 WHERE id = 1")
      }
      return runs
    }
    var runs = 0
    try database.transaction {
      runs += 1
      try database.execute("UPDATE t SET n = n + 10 WHERE id = 1")
      oneIsLocked.open()
      twoIsLocked.wait()
      try database.execute("UPDATE t SET n = n + 10 WHERE id = 2")
    }
    let otherRuns = try other()

    #expect(runs + otherRuns >= 3)
    #expect(try numbers() == [11, 11])
  }

  /// Lets `body` lose a deadlock: its second row is held by another transaction, which waits for the
  /// first one and, being the heavier of the two, is spared.
  private func loseDeadlock(_ body: (_ update: (_ id: Int) throws -> Void) throws -> Void) throws {
    let name = try #require(database.first("SELECT DATABASE()") { row in try row.text() })
    let (oneIsLocked, twoIsLocked) = (Gate(), Gate())
    let other = onThread {
      let database = Database(TestServer.shared.options(database: name))
      try database.transaction {
        for word in 0..<50 {
          try database.execute("INSERT INTO log (word) VALUES (\("heavy \(word)"))")
        }
        try database.execute("UPDATE t SET n = n + 1 WHERE id = 2")
        twoIsLocked.open()
        oneIsLocked.wait()
        try database.execute("UPDATE t SET n = n + 1 WHERE id = 1")
      }
    }

    try body { id in
      try database.execute("UPDATE t SET n = n + 10 WHERE id = \(id)")
      if id == 1 {
        oneIsLocked.open()
        twoIsLocked.wait()
      }
    }
    try other()
  }

  /// The server has undone the transaction: what the body does next would be committed at once.
  @Test func `a body that hides a deadlock is begun again all the same`() throws {
    var runs = 0
    try loseDeadlock { update in
      try database.transaction {
        runs += 1
        try update(1)
        do {
          try update(2)
        } catch {
          let again = failure { () throws(DatabaseError) in
            try database.execute("INSERT INTO log (word) VALUES ('outside')")
          }
          #expect(again?.code == .deadlock)
        }
      }
    }

    #expect(runs == 2)
    #expect(try numbers() == [11, 11])
    #expect(try !logged().contains("outside"))
  }

  @Test func `a body that makes another error of a deadlock is begun again too`() throws {
    struct Wrapped: Error {}

    var runs = 0
    try loseDeadlock { update in
      try database.transaction {
        runs += 1
        try update(1)
        do {
          try update(2)
        } catch {
          throw Wrapped()
        }
      }
    }

    #expect(runs == 2)
    #expect(try numbers() == [11, 11])
  }

  @Test func `a lock that takes too long rolls back and begins again`() throws {
    let holder = try connect(like: database)
    try holder.execute("START TRANSACTION")
    try holder.execute("UPDATE t SET n = 5 WHERE id = 1")
    let waiter = try connect(like: database) {
      $0.sessionStatements = ["SET innodb_lock_wait_timeout = 0"]
    }

    var runs = 0
    try waiter.transaction {
      runs += 1
      if runs == 3 {
        try holder.execute("COMMIT")
      }
      try waiter.execute("INSERT INTO log (word) VALUES ('begun')")
      try waiter.execute("UPDATE t SET n = n + 1 WHERE id = 1")
    }

    #expect(runs == 3)
    #expect(try numbers() == [6, 0])
    #expect(try logged() == ["begun"])
  }

  @Test func `after five times again the error comes out`() throws {
    let holder = try connect(like: database)
    try holder.execute("START TRANSACTION")
    try holder.execute("UPDATE t SET n = 5 WHERE id = 1")
    let waiter = try connect(like: database) {
      $0.sessionStatements = ["SET innodb_lock_wait_timeout = 0"]
    }

    var runs = 0
    let error = #expect(throws: DatabaseError.self) {
      try waiter.transaction {
        runs += 1
        try waiter.execute("INSERT INTO log (word) VALUES ('begun')")
        try waiter.execute("UPDATE t SET n = n + 1 WHERE id = 1")
      }
    }

    #expect(runs == 6)
    #expect(error?.code == .lockWaitTimeout)
    #expect(error?.isTransient == true)
    #expect(error?.outcomeIsUnknown == false)
    #expect(!waiter.isInTransaction)
    #expect(try logged() == [])
  }

  /// A lock not got undoes its statement alone: the body may go on without it, or give up.
  @Test func `what the body makes of a lock not got is the body's affair`() throws {
    struct Refusal: Error {}
    let holder = try connect(like: database)
    try holder.execute("START TRANSACTION")
    try holder.execute("UPDATE t SET n = 5 WHERE id = 1")
    let waiter = try connect(like: database) {
      $0.sessionStatements = ["SET innodb_lock_wait_timeout = 0"]
    }

    var runs = 0
    #expect(throws: Refusal.self) {
      try waiter.transaction {
        runs += 1
        if (try? waiter.execute("UPDATE t SET n = n + 1 WHERE id = 1")) == nil {
          throw Refusal()
        }
      }
    }

    #expect(runs == 1)
  }

  @Test func `two claimers skip each other's rows`() throws {
    try database.execute("INSERT INTO t (id, n) VALUES (3, 0), (4, 0)")
    let other = try connect(like: database)
    let claim: SQL = "SELECT id FROM t ORDER BY id LIMIT 2 FOR UPDATE SKIP LOCKED"

    let claimed = try database.transaction {
      let mine = try database.query(claim) { row in try row.int() }
      let others = try other.transaction {
        try other.query(claim) { row in try row.int() }
      }
      return (mine, others)
    }

    #expect(claimed.0 == [1, 2])
    #expect(claimed.1 == [3, 4])
  }
}
