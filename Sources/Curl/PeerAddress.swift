import CCurl
import Glibc

/// An address about to be connected to, or connected to: 4 or 16 bytes, and a port.
package struct PeerAddress: Hashable, Sendable {
  package let bytes: [UInt8]
  package let port: Int

  package init(bytes: [UInt8], port: Int) {
    self.bytes = bytes
    self.port = port
  }

  /// nil for a family that is neither IPv4 nor IPv6.
  init?(_ address: UnsafePointer<curl_sockaddr>) {
    switch address.pointee.family {
    case AF_INET:
      let inner = withUnsafePointer(to: address.pointee.addr) {
        UnsafeRawPointer($0).loadUnaligned(as: sockaddr_in.self)
      }
      self.init(
        bytes: withUnsafeBytes(of: inner.sin_addr) { Array($0) },
        port: Int(UInt16(bigEndian: inner.sin_port)))
    case AF_INET6:
      // Longer than `sockaddr`, so read from where libcurl keeps it.
      let place = UnsafeRawPointer(address) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!
      let inner = place.loadUnaligned(as: sockaddr_in6.self)
      self.init(
        bytes: withUnsafeBytes(of: inner.sin6_addr) { Array($0) },
        port: Int(UInt16(bigEndian: inner.sin6_port)))
    default: return nil
    }
  }

  /// From the text that libcurl gives of a connected peer.
  init?(text: String, port: Int) {
    let family = text.contains(":") ? AF_INET6 : AF_INET
    var bytes = [UInt8](repeating: 0, count: family == AF_INET6 ? 16 : 4)
    let plain = text.split(separator: "%").first.map(String.init) ?? text
    guard inet_pton(family, plain, &bytes) == 1 else { return nil }
    self.init(bytes: bytes, port: port)
  }
}

extension PeerAddress: CustomStringConvertible {
  /// `203.0.113.7:443`, `[2001:db8::1]:443`
  package var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 16 ? AF_INET6 : AF_INET
    inet_ntop(family, bytes, &text, socklen_t(text.count))
    let host = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return family == AF_INET6 ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
