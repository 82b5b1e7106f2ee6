import Foundation

/// The other side: one connection of a web server, record by record.
///
/// Source: FastCGI specification, section 3.3 for records, 5.1 for the types.
final class WebServer {
  enum Record: UInt8 {
    case begin = 1
    case abort, end, parameters, input, output
  }

  private let descriptor: Int32

  init(connectingTo path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    // A test that fails must not wait for ever.
    var limit = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(
      descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    guard withUnixAddress(path, { connect(descriptor, $0, $1) }) == 0 else {
      throw POSIXError(POSIXError.Code(rawValue: errno) ?? .EINVAL)
    }
  }

  deinit { close(descriptor) }

  func hangUpWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  func send(raw bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return }
      sent += count
    }
  }

  func send(_ record: Record, _ content: some Sequence<UInt8> = [], padding: Int = 0) {
    let content = Array(content)
    let length = [UInt8(content.count >> 8), UInt8(content.count & 255)]
    let pad = [UInt8](repeating: 0xEE, count: padding)
    send(raw: [1, record.rawValue, 0, 1] + length + [UInt8(padding), 0] + content + pad)
  }

  func begin(role: UInt8 = 1, keepConnection: Bool = false) {
    send(.begin, [0, role, keepConnection ? 1 : 0, 0, 0, 0, 0, 0])
  }

  /// Sends parameters, not their end.
  func send(parameters: [(some Sequence<UInt8>, some Sequence<UInt8>)]) {
    func length(_ count: Int) -> [UInt8] {
      if count < 128 { return [UInt8(count)] }
      return [UInt8(count >> 24 | 128), UInt8(count >> 16 & 255), UInt8(count >> 8 & 255)]
        + [UInt8(count & 255)]
    }
    let pairs = parameters.map { (Array($0), Array($1)) }
    let bytes = pairs.flatMap { length($0.count) + length($1.count) + $0 + $1 }
    for start in stride(from: 0, to: bytes.count, by: 60_000) {
      send(.parameters, bytes[start..<min(start + 60_000, bytes.count)], padding: 3)
    }
  }

  func send(body: [UInt8]) {
    for start in stride(from: 0, to: body.count, by: 60_000) {
      send(.input, body[start..<min(start + 60_000, body.count)], padding: 5)
    }
  }

  /// A whole request of the Responder role.
  func send(
    request parameters: [(String, String)] = [("REQUEST_METHOD", "GET")], body: [UInt8] = []
  ) {
    begin()
    send(parameters: parameters.map { ($0.utf8, $1.utf8) })
    send(.parameters)
    send(body: body)
    send(.input)
  }

  /// What the application wrote, up to the record that ends the request; nil when that never came.
  /// Hangs up then, as nginx does.
  func response() -> [UInt8]? {
    var output: [UInt8] = []
    while let header = read(8) {
      let length = Int(header[4]) << 8 | Int(header[5])
      guard let content = read(length), read(Int(header[6])) != nil else { return nil }
      switch Record(rawValue: header[1]) {
      case .output: output += content
      case .end:
        hangUpWriting()
        return output
      default: continue
      }
    }
    return nil
  }

  /// Whether the application has closed the connection.
  func isClosedByApplication() -> Bool {
    var byte: UInt8 = 0
    return recv(descriptor, &byte, 1, 0) == 0
  }

  private func read(_ count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var got = 0
    while got < count {
      let part = bytes[got...].withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress, $0.count, 0)
      }
      if part <= 0 { return nil }
      got += part
    }
    return bytes
  }
}

/// Calls `bind` or `connect` with the address of a unix socket.
func withUnixAddress(
  _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  return withUnsafePointer(to: address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
