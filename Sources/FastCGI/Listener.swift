import CFastCGI
import Glibc

/// A listening socket that requests come in by. Many threads serve one listener at once.
///
/// libfcgi could accept connections itself (`FCGX_Accept_r`), but after `FCGX_ShutdownPending` it
/// drops what waits in the backlog, and one connection that stays silent for two seconds makes it
/// spin for ever, closing descriptors of others (`OS_Accept` in os_unix.c of 2.4.2, measured). So a
/// connection is accepted here and handed over.
package final class Listener: Sendable {
  private let socket: Descriptor
  private let stopEvent: Descriptor
  /// Somebody else, such as systemd, keeps this socket open for the process after us.
  private let isShared: Bool

  /// Listens on a unix socket at `path`.
  ///
  /// A socket file that nobody listens on is replaced.
  /// - Parameters:
  ///   - path: 1 to 107 bytes.
  ///   - mode: Permission bits of the file, such as `0o660`, whatever the umask. Whoever may write to
  ///     the socket can end this process: libfcgi aborts on a parameter of 2 GiB.
  ///   - backlog: How many connections may wait to be accepted.
  /// - Throws: `FastCGIError.addressInUse` when another process listens there, `.notASocket`,
  ///   `.unusablePath`, `.system`, `.libraryUnavailable`.
  package convenience init(path: String, mode: UInt32, backlog: Int32) throws(FastCGIError) {
    try self.init(try listen(path: path, mode: mode, backlog: backlog), isShared: false)
  }

  /// Takes over a listening socket that somebody else keeps open as well. `descriptor` is closed when
  /// this throws, too.
  ///
  /// - Throws: `FastCGIError.notListening`, `.system`, `.libraryUnavailable`.
  package convenience init(takingOwnership descriptor: Int32) throws(FastCGIError) {
    let socket = Descriptor(takingOwnership: descriptor)
    var isListening: Int32 = 0
    var size = socklen_t(MemoryLayout.size(ofValue: isListening))
    guard
      getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0,
      isListening == 1
    else { throw .notListening(descriptor: descriptor) }
    try check(fcntl(descriptor, F_SETFD, FD_CLOEXEC), "fcntl")
    // Holds for all who share the socket. systemd sets it anew for each process it starts.
    let flags = try check(fcntl(descriptor, F_GETFL), "fcntl")
    try check(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK), "fcntl")
    try self.init(socket, isShared: true)
  }

  private init(_ socket: consuming Descriptor, isShared: Bool) throws(FastCGIError) {
    try Library.start()
    self.socket = socket
    self.isShared = isShared
    let flags = Int32(EFD_CLOEXEC | EFD_NONBLOCK)
    stopEvent = Descriptor(takingOwnership: try check(eventfd(0, flags), "eventfd"))
  }

  /// Accepts and answers requests on this thread, one after the other, until `stop`.
  ///
  /// - Parameters:
  ///   - stallLimitSeconds: How long one read from or write to the web server may take before the
  ///     request counts as broken off; 0 is for ever, which is what libfcgi does by itself.
  ///   - answer: Gets every request that has a beginning, also an incomplete one: see
  ///     `Request.isComplete`. When it returns, what it wrote is sent and the connection closed.
  /// - Throws: `FastCGIError.system` when there is no descriptor left to wait with.
  package func serve(
    stallLimitSeconds: Int, _ answer: (borrowing Request) -> Void
  ) throws(FastCGIError) {
    let gate = try Gate(listener: socket, stop: stopEvent)
    while true {
      let isStopping = gate.wait()
      // What waits in a shared socket is for the process after us.
      if isStopping && isShared { return }
      if let connection = accept() {
        limitStalls(of: connection, seconds: stallLimitSeconds)
        if let request = Request(takingOwnership: connection) { answer(request) }
      } else if isStopping {
        return
      }
    }
  }

  /// Ends every `serve`, on whichever thread, now and later. Any thread may call it.
  ///
  /// Requests in hand are finished. A socket of our own refuses new connections from now on, and those
  /// that wait in it are still answered; from a shared one nothing more is taken.
  package func stop() {
    if !isShared { shutdown(socket.number, Int32(SHUT_RDWR)) }
    eventfd_write(stopEvent.number, 1)
  }

  /// The next connection, or nil when none is waiting.
  private func accept() -> Int32? {
    while true {
      let connection = Glibc.accept(socket.number, nil, nil)
      if connection >= 0 { return connection }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EAGAIN, EINVAL: return nil
      default:
        // Out of descriptors or memory. The connection goes on waiting, so the gate will not block.
        usleep(10_000)
        return nil
      }
    }
  }

  private func limitStalls(of connection: Int32, seconds: Int) {
    var limit = timeval(tv_sec: seconds, tv_usec: 0)
    let size = socklen_t(MemoryLayout.size(ofValue: limit))
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
    setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
  }
}
