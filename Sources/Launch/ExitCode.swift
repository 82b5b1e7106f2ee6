import Glibc

/// How a program of ours ends. Source: sysexits.h.
package enum ExitCode: Int32 {
  case done = 0
  case failed = 1
  case usage = 64
  /// The database or the network cannot be reached.
  case unavailable = 69
  case tryAgainLater = 75
  case badConfiguration = 78

  /// Ends the process with one line on standard error.
  package func exit(_ line: String) -> Never {
    let bytes = Array((line + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    Glibc.exit(rawValue)
  }
}
