import CMariaDB

/// What the client library wants done once for the process and once for each thread.
package enum MariaDB {
  /// Once, in `main`, before the first thread. The corresponding C function is `mysql_server_init`.
  package static func initialize() {
    mysql_server_init(0, nil, nil)
  }

  /// First on every thread that uses a `Database`. The corresponding C function is
  /// `mysql_thread_init`.
  package static func threadBegin() {
    mysql_thread_init()
  }

  /// Last on every thread that called `threadBegin`, after its `Database` is closed. The
  /// corresponding C function is `mysql_thread_end`.
  package static func threadEnd() {
    mysql_thread_end()
  }
}
