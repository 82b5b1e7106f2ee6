import Glibc
package import MariaDB

/// A private MariaDB server: its own folder, reached by a Unix socket alone, gone with the process.
///
/// A shell keeps it. It holds one end of a socket whose other end is ours, so it notices when this
/// process ends, however that comes about, and then kills the server and removes the folder.
package struct TestServer: Sendable {
  /// One for all tests of a run; each test makes its own database in it.
  package static let shared = TestServer()

  package let folder: String
  private let orders: Int32

  /// Path of the server's socket.
  package var socket: String { folder + "/s" }

  /// Installs and starts a server, and waits until it answers.
  /// - Parameters:
  ///   - folder: For its data, to be removed at the end; nil for a new one.
  ///   - arguments: More of them for `mariadbd`; they win over ours.
  package init(folder: String? = nil, arguments: [String] = []) {
    let folder = folder ?? makeFolder()
    self.folder = folder
    let asRoot = geteuid() == 0 ? ["--user=root"] : []
    orders = keep(
      script: Self.keeper,
      arguments: [
        folder, "mariadbd", "--no-defaults", "--datadir=\(folder)/data", "--socket=\(folder)/s",
        "--pid-file=\(folder)/pid", "--log-error=\(folder)/log", "--skip-networking",
        "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M",
        "--innodb-flush-log-at-trx-commit=2", "--character-set-server=utf8mb4",
        "--skip-name-resolve",
      ] + asRoot + arguments)
    waitUntilItAnswers()
  }

  /// Stops the server as a host that is shut down does, and waits until it has ended.
  package func stop() {
    order("stop")
  }

  /// Starts a stopped server on the data it had, and waits until it answers.
  package func start() {
    order("start")
    waitUntilItAnswers()
  }

  /// A new, empty database, as an account that may do everything.
  package func makeDatabase() throws -> DatabaseOptions {
    let name = "test_\(UInt64.random(in: .min ... .max))"
    try Database(options(database: "mysql")).run(script: "CREATE DATABASE \(name)")
    return options(database: name)
  }

  package func options(database: String) -> DatabaseOptions {
    DatabaseOptions(socket: socket, user: "root", database: database, allowsScripts: true)
  }

  private static let keeper = """
    trap '' INT TERM HUP
    PATH="$PATH:/usr/sbin"
    folder="$1"
    shift
    # A starting server deletes the temporary tables it finds, other servers' too, were they together.
    mkdir "$folder/tmp"
    export TMPDIR="$folder/tmp"
    begin() {
      "$@" </dev/null >"$folder/output" 2>&1 &
      server=$!
    }
    user=""
    [ "$(id -u)" = 0 ] && user="--user=root"
    mariadb-install-db --no-defaults --datadir="$folder/data" $user --skip-test-db \\
      --auth-root-authentication-method=normal >"$folder/install" 2>&1 </dev/null || exit
    begin "$@"
    while read -r order; do
      case "$order" in
      stop) kill "$server"; wait "$server" ;;
      start) begin "$@" ;;
      esac
      echo done
    done
    kill -KILL "$server"
    wait "$server" 2>/dev/null
    rm -rf "$folder"
    """

  private func order(_ word: String) {
    var line = Array((word + "\n").utf8)
    guard write(orders, &line, line.count) == line.count, read(orders, &line, 1) == 1 else {
      fatalError("the keeper of the test server is gone")
    }
    while line[0] != UInt8(ascii: "\n"), read(orders, &line, 1) == 1 {}
  }

  private func waitUntilItAnswers() {
    let database = Database(options(database: "mysql"))
    var failure: DatabaseError?
    for _ in 0..<1_200 {
      do throws(DatabaseError) {
        try database.connect()
        return
      } catch {
        failure = error
      }
      usleep(50_000)
    }
    fatalError("no test server in \(folder): \(failure.map(String.init(describing:)) ?? "")")
  }
}
