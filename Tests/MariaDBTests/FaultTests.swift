import MariaDB
import TestSupport
import Testing

/// What is sent again after a fault, and what is not.
@Suite struct FaultTests {
  private let database: Database

  init() throws {
    database = try makeDatabase(
      "CREATE TABLE t (id INT PRIMARY KEY, n INT NOT NULL); INSERT INTO t VALUES (1, 0), (2, 0)")
  }

  private func numbers() throws -> [Int] {
    try database.query("SELECT n FROM t ORDER BY id") { row in try row.int() }
  }

  /// Connected by `proxy`, and used before, so that it may be taken for one that died while idle.
  private func connect(by proxy: FaultProxy) throws -> Database {
    let far = try MariaDBTests.connect(like: database) { $0.socket = proxy.socket }
    try far.connect()
    return far
  }

  @Test func `a statement whose answer is lost is not sent again`() throws {
    let far = try connect(by: FaultProxy(.loseAnswer, to: .execute))

    let error = #expect(throws: DatabaseError.self) {
      try far.execute("UPDATE t SET n = n + 1 WHERE id = 1")
    }

    #expect(error?.code == .lostConnection)
    #expect(error?.outcomeIsUnknown == true)
    #expect(try numbers() == [1, 0])
    #expect(try far.execute("UPDATE t SET n = n + 1 WHERE id = 2") == 1)
  }

  @Test func `a statement lost while it is prepared is sent again`() throws {
    let far = try connect(by: FaultProxy(.loseAnswer, to: .prepare))

    #expect(try far.execute("UPDATE t SET n = n + 1 WHERE id = 1") == 1)

    #expect(try numbers() == [1, 0])
  }

  @Test func `a transaction lost at its beginning begins on a new connection`() throws {
    let far = try connect(by: FaultProxy(.loseAnswer, to: .begin))

    var runs = 0
    try far.transaction {
      runs += 1
      try far.execute("UPDATE t SET n = n + 1 WHERE id = 1")
    }

    #expect(runs == 1)
    #expect(try numbers() == [1, 0])
  }

  @Test func `in a transaction no statement is sent again`() throws {
    let far = try connect(by: FaultProxy(.loseAnswer, to: .prepare))

    let error = #expect(throws: DatabaseError.self) {
      try far.transaction { try far.execute("UPDATE t SET n = n + 1 WHERE id = 1") }
    }

    #expect(error?.isConnectionLost == true)
    #expect(error?.outcomeIsUnknown == false)
    #expect(try numbers() == [0, 0])
  }

  @Test func `a connection that is lost again and again is given up`() throws {
    let far = try connect(by: FaultProxy(.loseAnswer, to: .prepare, times: 2))

    let error = #expect(throws: DatabaseError.self) {
      try far.execute("UPDATE t SET n = n + 1 WHERE id = 1")
    }

    #expect(error?.isUnavailable == true)
    #expect(error?.outcomeIsUnknown == false)
  }

  @Test func `a deadlock at COMMIT, as in a cluster, begins again on its connection`() throws {
    let far = try connect(by: FaultProxy(.refuse, to: .commit, times: 2))
    let number = try connectionNumber(of: far)

    var runs = 0
    try far.transaction {
      runs += 1
      try far.execute("UPDATE t SET n = n + 1 WHERE id = 1")
    }

    #expect(runs == 3)
    #expect(try numbers() == [1, 0])
    #expect(try connectionNumber(of: far) == number)
  }

  @Test func `a deadlock at every COMMIT comes out at last, with nothing done`() throws {
    let proxy = FaultProxy(.refuse, to: .commit, times: .max)
    let far = try connect(by: proxy)

    let error = #expect(throws: DatabaseError.self) {
      try far.transaction { try far.execute("UPDATE t SET n = n + 1 WHERE id = 1") }
    }

    #expect(error?.code == .deadlock)
    #expect(error?.outcomeIsUnknown == false)
    #expect(try numbers() == [0, 0])
  }

  @Test func `a COMMIT whose answer is lost is done once, and its outcome unknown`() throws {
    let proxy = FaultProxy(.loseAnswer, to: .commit)
    let far = try connect(by: proxy)

    var runs = 0
    let error = #expect(throws: DatabaseError.self) {
      try far.transaction {
        runs += 1
        try far.execute("UPDATE t SET n = n + 1 WHERE id = 1")
      }
    }
    try far.transaction { try far.execute("UPDATE t SET n = n + 1 WHERE id = 2") }

    #expect(runs == 1)
    #expect(error?.code == .lostConnection)
    #expect(error?.outcomeIsUnknown == true)
    #expect(try numbers() == [1, 1])
  }

  @Test func `a COMMIT that fails is not begun again, and its connection is given up`() throws {
    let far = try connect(by: FaultProxy(.fail, to: .commit))

    var runs = 0
    let error = #expect(throws: DatabaseError.self) {
      try far.transaction {
        runs += 1
        try far.execute("UPDATE t SET n = n + 1 WHERE id = 1")
      }
    }
    try far.transaction { try far.execute("UPDATE t SET n = n + 1 WHERE id = 2") }

    #expect(runs == 1)
    #expect(error?.code == .commitFailed)
    #expect(error?.outcomeIsUnknown == true)
    #expect(error?.isUnavailable == true)
    #expect(try numbers() == [0, 1])
  }

  @Test func `a statement undone by a deadlock is run again`() throws {
    let far = try connect(by: FaultProxy(.refuse, to: .execute, times: 2))

    #expect(try far.execute("UPDATE t SET n = n + 1 WHERE id = 1") == 1)

    #expect(try numbers() == [1, 0])
  }

  @Test func `a server that does not answer COMMIT in time leaves the outcome unknown`() throws {
    let hasty = try MariaDBTests.connect(like: database) { $0.readTimeoutSeconds = 1 }
    let blocker = try MariaDBTests.connect(like: database)

    let error = #expect(throws: DatabaseError.self) {
      try hasty.transaction {
        try hasty.execute("UPDATE t SET n = 9 WHERE id = 1")
        // Reads go on, commits wait.
        try blocker.execute("BACKUP STAGE START")
        try blocker.execute("BACKUP STAGE BLOCK_COMMIT")
      }
    }
    try blocker.execute("BACKUP STAGE END")

    #expect(error?.outcomeIsUnknown == true)
    #expect(error?.isConnectionLost == true)
    #expect(!hasty.isInTransaction)
    #expect(try hasty.first("SELECT 1") { row in try row.int() } == 1)
  }
}
