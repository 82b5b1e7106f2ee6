import Foundation

/// A real nginx in front of a unix socket, on a free loopback port.
final class Nginx {
  private let process = Process()
  private let port: UInt16

  init(passingTo socket: String, folder: String, requestBuffering: Bool = true) throws {
    port = try Self.freePort()
    let temporaries = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    let paths = temporaries.map { "\($0)_temp_path \(folder)/\($0);" }.joined(separator: "\n  ")
    let configuration = """
      daemon off;
      \(getuid() == 0 ? "user root;" : "")
      pid \(folder)/nginx.pid;
      error_log \(folder)/error.log;
      events {}
      http {
        access_log off;
        client_max_body_size 8m;
        chunked_transfer_encoding off;
        \(paths)
        server {
          listen 127.0.0.1:\(port);
          location / {
            fastcgi_param REQUEST_METHOD $request_method;
            fastcgi_param CONTENT_LENGTH $content_length;
            fastcgi_param QUERY_STRING $query_string;
            fastcgi_request_buffering \(requestBuffering ? "on" : "off");
            fastcgi_pass unix:\(socket);
          }
        }
      }
      """
    try Data(configuration.utf8).write(to: URL(filePath: "\(folder)/nginx.conf"))
    process.executableURL = URL(filePath: "/usr/sbin/nginx")
    process.arguments = ["-e", "\(folder)/error.log", "-c", "\(folder)/nginx.conf"]
    try process.run()
    try waitUntilItListens()
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
  }

  /// Sends bytes as they are and gives everything that comes back until the connection ends.
  func exchange(_ request: [UInt8]) throws -> [UInt8] {
    let connection = try connection()
    defer { close(connection) }
    var sent = 0
    while sent < request.count {
      let count = request[sent...].withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    var response: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(connection, &part, part.count, 0)
      guard count > 0 else { return response }
      response += part[..<count]
    }
  }

  private func connection() throws -> Int32 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard Self.withLoopback(port, { connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      throw POSIXError(.ECONNREFUSED)
    }
    return descriptor
  }

  private func waitUntilItListens() throws {
    for _ in 0..<500 where process.isRunning {
      if let connection = try? connection() {
        close(connection)
        return
      }
      usleep(20_000)
    }
    throw POSIXError(.ETIMEDOUT)
  }

  private static func freePort() throws -> UInt16 {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    guard withLoopback(0, { bind(descriptor, $0, $1) }) == 0 else {
      throw POSIXError(.EADDRNOTAVAIL)
    }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  private static func withLoopback(
    _ port: UInt16, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        call($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
