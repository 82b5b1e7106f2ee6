import CMariaDB
import Glibc

/// One connection to one server. Owns a `MYSQL` and the statements prepared on it.
final class Connection {
  private let handle: UnsafeMutablePointer<MYSQL>
  private var cache = StatementCache(capacity: 256)

  /// The corresponding C function is `mysql_real_connect`.
  init(to address: Address, _ options: DatabaseOptions) throws(DatabaseError) {
    let sql = DatabaseError.connecting
    guard let handle = mysql_init(nil) else {
      throw DatabaseError(.cannotConnect, message: "out of memory", sql: sql)
    }
    Self.set(options, on: handle)
    if address.host != nil {
      // Else the library takes "localhost" for the socket of its own build.
      var tcp = MYSQL_PROTOCOL_TCP.rawValue
      mysql_options(handle, MYSQL_OPT_PROTOCOL, &tcp)
    }
    var flags = UInt(CLIENT_FOUND_ROWS)
    if options.allowsScripts {
      flags |= UInt(CLIENT_MULTI_STATEMENTS)
    }
    let connected = mysql_real_connect(
      handle, address.host, options.user, options.password, options.database,
      UInt32(address.port), address.socket, flags)
    if connected == nil {
      let error = DatabaseError(of: handle, sql: sql)
      mysql_close(handle)
      throw error
    }
    self.handle = handle
  }

  deinit {
    // Before its statements, which then free memory only: no farewell of each of them is sent.
    mysql_close(handle)
  }

  private static func set(_ options: DatabaseOptions, on handle: UnsafeMutablePointer<MYSQL>) {
    var connectTimeout = UInt32(options.connectTimeoutSeconds)
    var readTimeout = UInt32(options.readTimeoutSeconds)
    var writeTimeout = UInt32(options.writeTimeoutSeconds)
    mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &connectTimeout)
    mysql_options(handle, MYSQL_OPT_READ_TIMEOUT, &readTimeout)
    mysql_options(handle, MYSQL_OPT_WRITE_TIMEOUT, &writeTimeout)
    mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
    // Left on, as it is by default, a hostile server can ask for any file we can read.
    var off: UInt32 = 0
    mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &off)
    if let file = options.tlsCAFile {
      // Without the last any certificate would do; without the second, ours would not. The first says
      // what this version of the library takes from the other two: no plain connection.
      var on: my_bool = 1
      mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &on)
      mysql_options(handle, MYSQL_OPT_SSL_CA, file)
      mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &on)
    }
  }

  /// Whether the server has hung up meanwhile. Asks the kernel, not the server.
  var isClosedByPeer: Bool {
    // POLLRDHUP, which Glibc's module does not show. Reading ahead would not do: with TLS, bytes may
    // lie before the end of the stream.
    var socket = pollfd(fd: mysql_get_socket(handle), events: 0x2000, revents: 0)
    return poll(&socket, 1, 0) == 1
  }

  /// The prepared statement of this text.
  /// - Parameter rows: The values it will be executed with.
  /// - Throws: With `outcomeIsUnknown` false, whatever happened: preparing changes nothing.
  func statement(_ text: String, for rows: [[Value]]) throws(DatabaseError) -> Statement {
    try check(rows, fitFor: text)
    return try statement(text)
  }

  private func statement(_ text: String) throws(DatabaseError) -> Statement {
    let handle = handle
    return try cache.statement(text) { text throws(DatabaseError) in
      try Statement(preparing: text, on: handle)
    }
  }

  /// Refuses what is longer than the server takes: it would hang up in the middle of it, which looks
  /// like any lost connection. Below 1 MiB it is not asked.
  private func check(_ rows: [[Value]], fitFor text: String) throws(DatabaseError) {
    // 16 for the length, the type and the indicator of each value, 1,024 for what goes before them.
    let bytes = rows.reduce(1_024) { sum, row in row.reduce(sum) { $0 + $1.length + 16 } }
    let question = "SELECT 1 FROM DUAL WHERE @@max_allowed_packet < ?"
    if bytes > 1 << 20, try statement(question).execute(discarding: [.integer(Int64(bytes))]) > 0 {
      throw DatabaseError(
        .packetTooLarge, message: "more bytes than max_allowed_packet", sql: text)
    }
  }

  /// Runs one statement that is not worth preparing and has neither values nor rows.
  ///
  /// The corresponding C function is `mysql_real_query`.
  /// - Parameter changesNothing: Whether it does no harm to run it twice.
  func run(_ text: String, changesNothing: Bool) throws(DatabaseError) {
    if mysql_real_query(handle, text, UInt(text.utf8.count)) != 0 {
      throw DatabaseError(of: handle, sql: text, mayHaveRun: !changesNothing)
    }
  }

  /// Runs several statements and drops what rows they return.
  ///
  /// The corresponding C functions are `mysql_real_query` and `mysql_next_result`.
  func run(script: String) throws(DatabaseError) {
    var number = 1
    var status = mysql_real_query(handle, script, UInt(script.utf8.count))
    while status == 0 {
      if let rows = mysql_store_result(handle) {
        mysql_free_result(rows)
      }
      number += 1
      status = mysql_next_result(handle)
    }
    // -1 says that there are no more results.
    if status > 0 {
      throw DatabaseError(of: handle, sql: "statement \(number) of a script", mayHaveRun: true)
    }
  }

  /// Whether a server that answers is one to work with; false for a cluster's node that gives its
  /// data to another one meanwhile and may block all writes, so that it is taken only where nothing
  /// better answers.
  ///
  /// Returns after the node has caught up with all that was committed in the cluster before: what we
  /// wrote on another node is read here.
  /// - Throws: `readOnly`, or `wsrepNotReady` for a node without a quorum or behind the others.
  func isFitToWrite() throws(DatabaseError) -> Bool {
    // As text, since later versions have more answers than 0 and 1.
    let readOnly = "SELECT 1 FROM DUAL WHERE CAST(@@global.read_only AS CHAR) NOT IN ('0', 'OFF')"
    if try statement(readOnly).execute(discarding: []) > 0 {
      throw DatabaseError(.readOnly, message: "the server is read-only", sql: readOnly)
    }
    // Not by @@wsrep_on, which a server built without Galera does not have.
    let inCluster = """
      SELECT 1 FROM information_schema.global_variables
       WHERE variable_name = 'WSREP_ON' AND variable_value = 'ON'
      """
    guard try statement(inCluster).execute(discarding: []) > 0 else { return true }
    if try hasState(4) {
      _ = try statement("SET STATEMENT wsrep_sync_wait = 1 FOR SELECT 1 FROM DUAL")
        .execute(discarding: [])
      return true
    }
    if try hasState(2) { return false }
    throw DatabaseError(
      .wsrepNotReady, message: "the cluster's node is not synced", sql: inCluster)
  }

  /// Whether the node takes statements, belongs to the part of the cluster that has the quorum, and
  /// is in this state: 4 synced, 2 giving its data to another node.
  private func hasState(_ state: Int) throws(DatabaseError) -> Bool {
    try statement(
      """
      SELECT 1 FROM information_schema.global_status
       WHERE (variable_name, variable_value) IN
             (('WSREP_READY', 'ON'), ('WSREP_CLUSTER_STATUS', 'Primary'),
              ('WSREP_LOCAL_STATE', ?))
      """
    ).execute(discarding: [.text(String(state))]) == 3
  }
}
