import Glibc

/// The datagram sockets by which a responder wakes lingering workers: one for each worker, named by
/// its process id, in the run folder.
package final class WakeSocket: Sendable {
  package let descriptor: Int32
  private let path: String

  /// Binds this worker's socket. nil when the folder cannot be used: then the worker polls.
  package init?(in folder: String) {
    path = "\(folder)/worker-\(getpid()).sock"
    let descriptor = socket(AF_UNIX, datagramType, 0)
    guard descriptor >= 0 else { return nil }
    unlink(path)
    let bound = UnixAddress.with(path) { Glibc.bind(descriptor, $0, $1) }
    guard bound == 0 else {
      Glibc.close(descriptor)
      return nil
    }
    // Whoever may enter the folder may wake us; that is all a byte can do.
    chmod(path, 0o666)
    self.descriptor = descriptor
  }

  deinit {
    Glibc.close(descriptor)
    unlink(path)
  }

  /// Reads away what came on a descriptor that does not block.
  package static func drain(_ descriptor: Int32) {
    var buffer = (0 as UInt64, 0 as UInt64)
    while read(descriptor, &buffer, 16) > 0 {}
  }

  /// Sends a byte to every worker and removes the sockets of dead ones.
  package static func wakeAll(in folder: String) {
    guard let sender = WakeSender() else { return }
    for path in paths(in: folder) { sender.send(to: path) }
  }

  /// The sockets of all workers that have not removed theirs.
  package static func paths(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var paths: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name.hasPrefix("worker-"), name.hasSuffix(".sock") { paths.append("\(folder)/\(name)") }
    }
    return paths
  }
}

/// What the bytes are sent by.
package struct WakeSender: ~Copyable, Sendable {
  private let descriptor: Int32

  /// nil where the process has no descriptor left.
  package init?() {
    descriptor = socket(AF_UNIX, datagramType, 0)
    if descriptor < 0 { return nil }
  }

  deinit { Glibc.close(descriptor) }

  /// Sends a byte to a worker; removes the socket of a dead one.
  package func send(to path: String) {
    var byte: UInt8 = 1
    let sent = UnixAddress.with(path) { sendto(descriptor, &byte, 1, 0, $0, $1) }
    if sent < 0, errno == ECONNREFUSED { unlink(path) }
  }
}

private let datagramType = Int32(
  SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)

enum UnixAddress {
  /// -1 with `ENAMETOOLONG` when the path does not fit.
  static func with<Result: SignedInteger>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
      errno = ENAMETOOLONG
      return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
