import CCurl
import Glibc

/// The certificates trusted: the system's, and one file's besides.
///
/// libcurl takes one file, and keeps it parsed for all connections of a multi handle only when it
/// has a path. So both are put together in a file in memory.
package final class TrustStore: Sendable {
  let path: String
  private let descriptor: Int32

  private static let system = "/etc/ssl/certs/ca-certificates.crt"

  /// - Parameter extra: Path of certificates in PEM.
  package init(extra: String?) throws(CurlError) {
    guard let extra else {
      path = Self.system
      descriptor = -1
      return
    }
    descriptor = ccurl_memory_file()
    guard descriptor >= 0 else {
      throw CurlError(function: "memfd_create", message: String(cString: strerror(errno)))
    }
    path = "/proc/self/fd/\(descriptor)"
    for file in [Self.system, extra] where !Self.copy(file, to: descriptor) && file == extra {
      throw CurlError(function: "open", message: "\(file): \(String(cString: strerror(errno)))")
    }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  private static func copy(_ file: String, to target: Int32) -> Bool {
    let source = open(file, O_RDONLY | O_CLOEXEC)
    guard source >= 0 else { return false }
    defer { close(source) }
    var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
    while true {
      let count = read(source, &buffer, buffer.count)
      if count <= 0 { break }
      _ = write(target, buffer, count)
    }
    var end = UInt8(ascii: "\n")
    _ = write(target, &end, 1)
    return true
  }
}
