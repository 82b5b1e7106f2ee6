import CFastCGI
import Glibc

/// libfcgi's state of the whole process.
enum Library {
  /// What `FCGX_Init` gave. It runs once, however many ask, on whichever threads.
  private static let status: Int32 = {
    // It puts a handler on SIGTERM and SIGUSR1 that only sets a flag, so that they no longer end the
    // process. Its handler of SIGPIPE, which does nothing, is what we want and stays.
    var terminate = sigaction()
    var user = sigaction()
    sigaction(SIGTERM, nil, &terminate)
    sigaction(SIGUSR1, nil, &user)
    let status = FCGX_Init()
    sigaction(SIGTERM, &terminate, nil)
    sigaction(SIGUSR1, &user, nil)
    return status
  }()

  static func start() throws(FastCGIError) {
    guard status == 0 else { throw .libraryUnavailable(code: status) }
  }
}
