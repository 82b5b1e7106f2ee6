import CMariaDB

/// What the client library wants done once for the process. For a thread it wants nothing: its
/// `mysql_thread_init` and `mysql_thread_end` are empty.
package enum MariaDB {
  /// Once, in `main`, before the first thread. The corresponding C function is `mysql_server_init`.
  package static func initialize() {
    mysql_server_init(0, nil, nil)
  }
}
