import MariaDB
import TestSupport
import Testing

/// Servers that listen on loopback, with a certificate for `localhost`.
private struct Host: Sendable {
  static let first = Host()
  static let second = Host()

  let server: TestServer
  let port: Int
  var address: String { "localhost:\(port)" }
  var authority: String { server.folder + "/ca.pem" }

  private init() {
    let folder = makeFolder()
    port = freePort()
    run(
      script: """
        cd "$1"
        exec 2>/dev/null
        key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
        openssl req -x509 $key -keyout ca.key -out ca.pem -subj /CN=ca -days 3
        openssl req $key -keyout server.key -out server.csr -subj /CN=server
        echo subjectAltName=DNS:localhost >names
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial \\
          -out server.pem -days 2 -extfile names
        chmod a+r server.key
        """, folder)
    server = TestServer(
      folder: folder,
      arguments: [
        "--skip-networking=0", "--bind-address=127.0.0.1", "--port=\(port)",
        "--ssl-cert=\(folder)/server.pem", "--ssl-key=\(folder)/server.key",
      ])
  }

  func options(_ hosts: [String], _ database: String = "mysql") -> DatabaseOptions {
    DatabaseOptions(hosts: hosts, port: port, user: "root", database: database)
  }
}

/// One after the other: they switch the servers' `read_only`.
@Suite(.serialized) struct HostTests {
  private let first = Host.first
  private let second = Host.second

  private func port(of database: Database) throws -> Int {
    try #require(database.first("SELECT @@port") { row in try row.int() })
  }

  private func cipher(of database: Database) throws -> String {
    try #require(
      database.first(
        """
        SELECT variable_value FROM information_schema.session_status
         WHERE variable_name = 'Ssl_cipher'
        """
      ) { row in try row.text() })
  }

  private func setReadOnly(_ value: Int, _ host: Host) throws {
    try Database(host.server.options(database: "mysql"))
      .run(script: "SET GLOBAL read_only = \(value)")
  }

  @Test func `the first host that answers is taken`() throws {
    let nobody = "127.0.0.1:\(freePort())"

    let database = Database(first.options([nobody, second.address, first.address]))

    #expect(try port(of: database) == second.port)
  }

  @Test func `a host that takes the connection and says nothing is passed over`() throws {
    var options = first.options(["127.0.0.1:\(silentPort())", second.address])
    options.connectTimeoutSeconds = 1

    #expect(try port(of: Database(options)) == second.port)
  }

  @Test func `a lost connection goes back to the first host when it is there again`() throws {
    let absent = TestServer(
      arguments: ["--skip-networking=0", "--bind-address=127.0.0.1", "--port=\(freePort())"])
    let options = absent.options(database: "mysql")
    let port = try #require(
      Database(options).first("SELECT @@port") { row in try row.int() })
    absent.stop()
    let database = Database(first.options(["127.0.0.1:\(port)", second.address]))
    #expect(try self.port(of: database) == second.port)

    absent.start()
    #expect(try self.port(of: database) == second.port)
    try killConnection(of: database, on: second)

    #expect(try self.port(of: database) == port)
    absent.stop()
  }

  @Test func `a host without a port of its own has the port of the options`() throws {
    #expect(try port(of: Database(first.options(["127.0.0.1"]))) == first.port)
  }

  @Test func `without TLS asked for the connection is plain`() throws {
    #expect(try cipher(of: Database(first.options([first.address]))) == "")
  }

  @Test func `with an authority the connection is encrypted`() throws {
    var options = first.options([first.address])
    options.tlsCAFile = first.authority

    let database = Database(options)

    #expect(try cipher(of: database) != "")
  }

  @Test func `an encrypted connection killed while idle is made anew`() throws {
    var options = first.options([first.address])
    options.tlsCAFile = first.authority
    let database = Database(options)
    let number = try connectionNumber(of: database)
    try killConnection(of: database)

    #expect(try connectionNumber(of: database) != number)
  }

  @Test func `a certificate of another authority is refused`() {
    var options = first.options([first.address])
    options.tlsCAFile = second.authority

    let error = #expect(throws: DatabaseError.self) { try Database(options).connect() }

    #expect(error?.code == .tls)
    #expect(error?.isUnavailable == true)
  }

  @Test func `a certificate for another name is refused`() {
    var options = first.options(["127.0.0.1"])
    options.tlsCAFile = first.authority

    let error = #expect(throws: DatabaseError.self) { try Database(options).connect() }

    #expect(error?.code == .tls)
  }

  @Test func `a server without TLS is refused when an authority is named`() throws {
    let port = freePort()
    _ = TestServer(
      arguments: [
        "--skip-networking=0", "--bind-address=127.0.0.1", "--port=\(port)", "--skip-ssl",
      ]
    )
    var options = first.options(["localhost:\(port)"])
    #expect(try self.port(of: Database(options)) == port)

    options.tlsCAFile = first.authority
    let error = #expect(throws: DatabaseError.self) { try Database(options).connect() }

    #expect(error?.code == .tls)
  }

  @Test func `a read-only host is passed over while there is another`() throws {
    try setReadOnly(1, first)
    defer { try? setReadOnly(0, first) }

    let chosen = Database(first.options([first.address, second.address]))
    let only = Database(first.options([first.address]))

    #expect(try port(of: chosen) == second.port)
    #expect(try port(of: only) == first.port)
  }

  @Test func `when all hosts are read-only, that is the error`() throws {
    try setReadOnly(1, first)
    defer { try? setReadOnly(0, first) }

    let error = #expect(throws: DatabaseError.self) {
      try Database(first.options([first.address, first.address])).connect()
    }

    #expect(error?.code == .readOnly)
    #expect(error?.isUnavailable == true)
  }

  /// Connected to the first of both, as an account that `read_only` binds, and the table empty.
  private func makeMovingDatabase() throws -> Database {
    for host in [first, second] {
      try Database(host.server.options(database: "mysql")).run(
        script: """
          CREATE DATABASE IF NOT EXISTS moving;
          CREATE OR REPLACE TABLE moving.t (id INT);
          CREATE USER IF NOT EXISTS app IDENTIFIED BY 'word';
          GRANT ALL ON moving.* TO app;
          """)
    }
    var options = first.options([first.address, second.address], "moving")
    options.user = "app"
    options.password = "word"
    let database = Database(options)
    try #require(try port(of: database) == first.port)
    return database
  }

  private func numbers(on host: Host) throws -> [Int] {
    try Database(host.server.options(database: "moving"))
      .query("SELECT id FROM t ORDER BY id") { row in try row.int() }
  }

  @Test func `a transaction whose host becomes read-only begins again on the next`() throws {
    let database = try makeMovingDatabase()
    try database.execute("INSERT INTO t VALUES (1)")
    try setReadOnly(1, first)
    defer { try? setReadOnly(0, first) }

    var runs = 0
    try database.transaction {
      runs += 1
      try database.execute("INSERT INTO t VALUES (2)")
    }

    #expect(runs == 2)
    #expect(try numbers(on: first) == [1])
    #expect(try numbers(on: second) == [2])
  }

  @Test func `a statement that a host refuses is run by the next`() throws {
    let database = try makeMovingDatabase()
    try setReadOnly(1, first)
    defer { try? setReadOnly(0, first) }

    #expect(try database.execute("INSERT INTO t VALUES (1)") == 1)

    #expect(try numbers(on: first) == [])
    #expect(try numbers(on: second) == [1])
  }

  @Test func `a transaction whose connection is killed begins again, once`() throws {
    let database = try makeMovingDatabase()

    var runs = 0
    let error = #expect(throws: DatabaseError.self) {
      try database.transaction {
        runs += 1
        try database.execute("INSERT INTO t VALUES (\(runs))")
        try killConnection(of: database)
        try database.execute("INSERT INTO t VALUES (\(runs))")
      }
    }
    try database.transaction { try database.execute("INSERT INTO t VALUES (9)") }

    #expect(runs == 2)
    #expect(error?.isConnectionLost == true)
    #expect(error?.outcomeIsUnknown == false)
    #expect(try numbers(on: first) == [9])
  }

  private func killConnection(of database: Database, on host: Host = .first) throws {
    let number = try connectionNumber(of: database)
    let killer = Database(host.server.options(database: "mysql"))
    try killer.run(script: "KILL \(number)")
    while try killer.execute(
      "SELECT 1 FROM information_schema.processlist WHERE id = \(number)") > 0
    {}
  }
}
