import CCurl
import Glibc

/// An address that is about to be connected to, or is connected.
package struct PeerAddress: Hashable, Sendable {
  package enum Family: Sendable {
    case ipv4, ipv6
  }

  package let family: Family
  package let port: UInt16
  // In two words rather than an array: one is made for every request.
  private let high: UInt64
  private let low: UInt64

  /// - Parameter bytes: 4 or 16 of them, in network order; any other count is nil.
  package init?(bytes: some Collection<UInt8>, port: UInt16) {
    guard bytes.count == 4 || bytes.count == 16 else { return nil }
    family = bytes.count == 4 ? .ipv4 : .ipv6
    high = bytes.dropLast(8).reduce(0) { $0 << 8 | UInt64($1) }
    low = bytes.suffix(8).reduce(0) { $0 << 8 | UInt64($1) }
    self.port = port
  }

  /// The address bytes in network order, 4 or 16. IPv4 within IPv6 is left as the 16 it came in.
  package var bytes: [UInt8] {
    withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) {
      Array($0.suffix(family == .ipv4 ? 4 : 16))
    }
  }

  /// Nil for other families than the two and for a structure that is too short.
  init?(_ address: UnsafePointer<sockaddr>, length: Int) {
    let raw = UnsafeRawBufferPointer(start: address, count: length)
    switch Int32(address.pointee.sa_family) {
    case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
      let port = UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
      self.init(bytes: raw[4..<8], port: port)
    case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
      let port = UInt16(bigEndian: raw.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
      self.init(bytes: raw[8..<24], port: port)
    default:
      return nil
    }
  }

  /// Reads the numeric form that libcurl gives of a peer.
  init?(text: UnsafePointer<CChar>, port: Int32) {
    guard let port = UInt16(exactly: port) else { return nil }
    var ipv4 = in_addr()
    var ipv6 = in6_addr()
    if inet_pton(AF_INET, text, &ipv4) == 1 {
      self = withUnsafeBytes(of: &ipv4) { PeerAddress(bytes: $0, port: port)! }  // 4 bytes
    } else if inet_pton(AF_INET6, text, &ipv6) == 1 {
      self = withUnsafeBytes(of: &ipv6) { PeerAddress(bytes: $0, port: port)! }  // 16 bytes
    } else {
      return nil
    }
  }
}

extension PeerAddress: CustomStringConvertible {
  /// `203.0.113.7:443` or `[2606::1]:443`.
  package var description: String {
    let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) {
      inet_ntop(
        family == .ipv4 ? AF_INET : AF_INET6, bytes, $0.baseAddress, socklen_t(INET6_ADDRSTRLEN))
      return String(cString: $0.baseAddress!)  // a temporary allocation of more than 0 has one
    }
    return family == .ipv4 ? "\(text):\(port)" : "[\(text)]:\(port)"
  }
}
