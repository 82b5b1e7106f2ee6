import Glibc

/// What can go wrong between a web server and this process.
package enum FastCGIError: Error, Equatable, Sendable {
  /// `FCGX_Init` gave this code.
  case libraryUnavailable(code: Int32)
  /// Somebody listens on this path already.
  case addressInUse(path: String)
  /// Something that is no socket stands at this path; it is left alone.
  case notASocket(path: String)
  /// A path is 1 to 107 bytes long and has no NUL: `sun_path` holds no more.
  case unusablePath(String)
  /// This descriptor is not a socket that listens.
  case notListening(descriptor: Int32)
  /// systemd passed this many sockets (`LISTEN_FDS`); we take exactly one.
  case unexpectedSocketCount(String)
  /// A system call failed: which one, on which path (empty when there is none), and `errno`.
  case system(call: String, path: String, errno: Int32)
  /// The body ended, was aborted or stalled before its declared length.
  case bodyCutShort
  /// The body goes on after its declared length.
  case bodyTooLong
  /// The web server has closed the connection, or reads no more.
  case peerGone
}

extension FastCGIError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .libraryUnavailable(let code): "libfcgi cannot start (code \(code))"
    case .addressInUse(let path): "another process listens on \(path)"
    case .notASocket(let path): "\(path) is in the way: it is not a socket"
    case .unusablePath(let path): "a socket path has 1 to 107 bytes and no NUL: \(path)"
    case .notListening(let descriptor): "descriptor \(descriptor) is not a listening socket"
    case .unexpectedSocketCount(let count): "LISTEN_FDS is \(count), not 1"
    case .system(let call, let path, let errno):
      "\(call) failed\(path.isEmpty ? "" : " on \(path)"): \(String(cString: strerror(errno)))"
    case .bodyCutShort: "the body is shorter than declared"
    case .bodyTooLong: "the body is longer than declared"
    case .peerGone: "the web server has closed the connection"
    }
  }
}
