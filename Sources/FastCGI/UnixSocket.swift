import Glibc

/// The address of a unix socket. Source: unix(7).
struct UnixAddress {
  let path: String
  private var address = sockaddr_un()

  init(path: String) throws(FastCGIError) {
    let bytes = Array(path.utf8)
    // A longer path does not fit, and a NUL would end it without a word.
    let limitBytes = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard 1...limitBytes ~= bytes.count, !bytes.contains(0) else { throw .unusablePath(path) }

    self.path = path
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  }

  /// Calls `bind` or `connect`, which take the same arguments.
  func pass(
    to call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32, _ socket: borrowing Descriptor
  ) -> Int32 {
    withUnsafePointer(to: address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

/// Listens on a path, without ever blocking in `accept`.
///
/// `FCGX_OpenSocket` would remove whatever is there, leave the mode to the umask, and end the process
/// on any error.
func listen(path: String, mode: UInt32, backlog: Int32) throws(FastCGIError) -> Descriptor {
  let address = try UnixAddress(path: path)
  let socket = try newSocket()
  try bind(socket, to: address)
  // Nobody can connect before listen(), so the mode holds from the first connection on.
  try check(chmod(path, mode), "chmod", path: path)
  try check(Glibc.listen(socket.number, backlog), "listen", path: path)
  return socket
}

private func bind(_ socket: borrowing Descriptor, to address: UnixAddress) throws(FastCGIError) {
  if address.pass(to: Glibc.bind, socket) == 0 { return }
  guard errno == EADDRINUSE else {
    throw .system(call: "bind", path: address.path, errno: errno)
  }
  try removeStaleSocket(at: address)
  try check(address.pass(to: Glibc.bind, socket), "bind", path: address.path)
}

/// Removes the socket file that an ended process left behind.
private func removeStaleSocket(at address: UnixAddress) throws(FastCGIError) {
  // connect() refuses a plain file with the errno of a stale socket, so ask what it is first.
  var status = stat()
  try check(lstat(address.path, &status), "lstat", path: address.path)
  guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path: address.path) }

  let probe = try newSocket()
  if address.pass(to: connect, probe) == 0 { throw .addressInUse(path: address.path) }
  switch errno {
  case ECONNREFUSED: try check(unlink(address.path), "unlink", path: address.path)
  // A full backlog, or a socket of another type.
  case EAGAIN, EPROTOTYPE: throw .addressInUse(path: address.path)
  default: throw .system(call: "connect", path: address.path, errno: errno)
  }
}

private func newSocket() throws(FastCGIError) -> Descriptor {
  let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
  return Descriptor(takingOwnership: try check(socket(AF_UNIX, Int32(kind), 0), "socket"))
}
