import Glibc

/// A port on 127.0.0.1 that never accepts what connects to it.
final class Listener {
  let port: Int
  private let socket: Int32
  private var clients: [Int32] = []

  /// - Parameter backlog: How many connections the system takes; nil: it refuses them all.
  init(backlog: Int32?) {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutableBytes(of: &address) { bytes in
      let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
      bind(socket, address, length)
      getsockname(socket, address, &length)
    }
    self.socket = socket
    port = Int(UInt16(bigEndian: address.sin_port))
    if let backlog {
      listen(socket, backlog)
    }
  }

  deinit {
    close(socket)
    for client in clients {
      close(client)
    }
  }

  /// Connects until the system takes no more: the next one gets no answer to its SYN.
  func fill() {
    for _ in 0..<4 {
      let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
      let client = Glibc.socket(AF_INET, type, 0)
      var address = loopback(port: UInt16(port))
      withUnsafeBytes(of: &address) { bytes in
        let address = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress!
        _ = connect(client, address, socklen_t(bytes.count))
      }
      clients.append(client)
    }
  }

  /// Whether anybody has connected.
  var wasConnected: Bool {
    var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 100) == 1
  }
}

private func loopback(port: UInt16) -> sockaddr_in {
  sockaddr_in(
    sin_family: sa_family_t(AF_INET), sin_port: port.bigEndian,
    sin_addr: in_addr(s_addr: UInt32(0x7F00_0001).bigEndian), sin_zero: (0, 0, 0, 0, 0, 0, 0, 0))
}
