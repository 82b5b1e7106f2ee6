/// Where the database is and how it is spoken to.
package struct DatabaseOptions: Sendable {
  /// Path of the server's Unix socket. When set, `hosts` and `port` are not used.
  package var socket: String?
  /// Tried in this order at every connect, until one answers and accepts writes. Each is a name or
  /// address, with a port of its own where it needs one: `db1`, `10.0.0.1:3307`, `[::1]:3307`.
  package var hosts: [String]
  package var port: Int
  package var user: String
  /// nil where the server knows the user by the socket's owner (`unix_socket`).
  package var password: String?
  package var database: String
  /// Path of a PEM file with the certificates that sign the server's. When set, the connection is
  /// encrypted and the server's certificate and name are verified, or there is no connection. When
  /// nil, it is plain text. For TCP alone.
  package var tlsCAFile: String?
  /// For each host.
  package var connectTimeoutSeconds = 5
  /// How long one answer may keep us waiting. The connection is lost after that.
  package var readTimeoutSeconds = 30
  package var writeTimeoutSeconds = 30
  /// Run after each connect and reconnect, in this order: time zone, isolation, timeouts.
  package var sessionStatements: [String]
  /// Whether `Database.run(script:)` may be used: several statements in one text.
  package var allowsScripts = false

  package init(
    socket: String? = nil, hosts: [String] = [], port: Int = 3306, user: String,
    password: String? = nil, database: String, tlsCAFile: String? = nil,
    sessionStatements: [String] = [], allowsScripts: Bool = false
  ) {
    self.socket = socket
    self.hosts = hosts
    self.port = port
    self.user = user
    self.password = password
    self.database = database
    self.tlsCAFile = tlsCAFile
    self.sessionStatements = sessionStatements
    self.allowsScripts = allowsScripts
  }
}
