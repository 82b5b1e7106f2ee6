import Glibc

/// SIGTERM and SIGINT, taken by one thread that waits for them.
///
/// Block them before any thread begins: a thread inherits what is blocked, and libfcgi puts in a
/// handler of its own for a signal that it finds at its default.
package enum StopSignals {
  package static func block() {
    var set = stopSet
    pthread_sigmask(SIG_BLOCK, &set, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// Returns when one of them comes.
  package static func wait() {
    var set = stopSet
    var number: Int32 = 0
    while sigwait(&set, &number) != 0 {}
  }

  /// Ends `wait` from within.
  package static func raise() {
    kill(getpid(), SIGTERM)
  }

  private static var stopSet: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTERM)
    sigaddset(&set, SIGINT)
    return set
  }
}
