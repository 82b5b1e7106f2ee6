import CCurl
import Glibc

/// Finds the socket of a kept connection by what libcurl tells about it: the peer and our port.
///
/// Libcurl takes a TLS connection for alive as long as there is a byte to read, and a well-behaved
/// server that closes an idle connection leaves its close_notify there. So every request after an
/// idle while would be written to a closed connection and then be sent again.
final class ConnectionTable {
  private struct Key: Hashable {
    let peer: PeerAddress
    let localPort: Int32
  }

  private var sockets: [Key: Int32] = [:]
  private var keys: [Int32: Key] = [:]

  /// Remembers which of the sockets opened for a transfer became its connection.
  func add(from opened: [Int32], peer: PeerAddress, localPort: Int32) {
    guard let socket = opened.first(where: { port(of: $0) == localPort }) else { return }
    let key = Key(peer: peer, localPort: localPort)
    sockets[key] = socket
    keys[socket] = key
  }

  /// Whether a kept connection can carry a request. One on which something has come in unasked is
  /// at its end, or about to answer what we have not sent yet.
  func isUsable(peer: PeerAddress, localPort: Int32) -> Bool {
    guard let socket = sockets[Key(peer: peer, localPort: localPort)] else { return false }
    return ccurl_has_input(socket) == 0
  }

  func close(_ socket: Int32) -> Int32 {
    if let key = keys.removeValue(forKey: socket) {
      sockets[key] = nil
    }
    return Glibc.close(socket)
  }
}

/// Our own port of a connected socket; nil when the number is of something else by now.
private func port(of socket: Int32) -> Int32? {
  var storage = sockaddr_storage()
  var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
  return withUnsafeMutableBytes(of: &storage) { bytes in
    let address = bytes.baseAddress!.assumingMemoryBound(to: sockaddr.self)  // 128 bytes
    guard getsockname(socket, address, &length) == 0 else { return nil }
    return PeerAddress(address, length: Int(length)).map { Int32($0.port) }
  }
}
