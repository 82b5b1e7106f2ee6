import CCurl
import Glibc

/// Decides, for one transfer, which sockets are opened and whether the request goes out.
struct AddressGate {
  let isAllowed: AddressCheck
  /// `.addressRefused`, `.resend` or `.noSocket`. Stays once set: a name with one refused address is
  /// refused.
  private(set) var stop: ExchangeResult.Stop?
  private(set) var remote: PeerAddress?
  private(set) var requestWasStarted = false
  private(set) var connectionWasReused = false
  /// The kept connection was found closed before anything was sent.
  private(set) var needsFreshConnection = false
  /// The addresses of the name, where it is only looked up.
  private(set) var candidates: [PeerAddress] = []
  let onlyLooksUp: Bool
  let onlyConnects: Bool
  /// It was connected, TLS included, which is all that was wanted.
  private(set) var isConnected = false
  private var opened: [Int32] = []

  init(onlyLooksUp: Bool = false, onlyConnects: Bool = false, isAllowed: @escaping AddressCheck) {
    self.onlyLooksUp = onlyLooksUp
    self.onlyConnects = onlyConnects
    self.isAllowed = isAllowed
  }

  /// A socket for the candidate, or `CURL_SOCKET_BAD`. There is none for a second sending.
  mutating func open(_ candidate: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
    if onlyLooksUp {
      // Without a socket libcurl goes on to the next address, and so through all of them.
      candidates += [PeerAddress(candidate)].compactMap { $0 }
      return CURL_SOCKET_BAD
    }
    guard mayStart(), judge(PeerAddress(candidate)) else { return CURL_SOCKET_BAD }
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let socket = Glibc.socket(candidate.pointee.family, type, candidate.pointee.protocol)
    if socket >= 0 {
      opened.append(socket)
    } else if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
      stop = .noSocket
    }
    return socket
  }

  /// Whether the request may be written, now that there is a connection.
  mutating func admit(
    _ peer: PeerAddress?, localPort: Int32, connections: ConnectionTable
  ) -> Bool {
    guard mayStart(), judge(peer), let peer else { return false }
    if onlyConnects {
      isConnected = true
      return false
    }
    connectionWasReused = opened.isEmpty
    if connectionWasReused {
      guard connections.isUsable(peer: peer, localPort: localPort) else {
        needsFreshConnection = true
        return false
      }
    } else {
      connections.add(from: opened, peer: peer, localPort: localPort)
    }
    requestWasStarted = true
    return true
  }

  /// Whether the request has not begun to go out yet. Libcurl takes a request that got no answer on
  /// a kept connection to a new one, whether or not the receiver has read it.
  private mutating func mayStart() -> Bool {
    if requestWasStarted {
      stop = stop ?? .resend
    }
    return !requestWasStarted
  }

  /// An address that we cannot read is refused.
  private mutating func judge(_ address: PeerAddress?) -> Bool {
    remote = address ?? remote
    guard stop == nil else { return false }
    guard let address, isAllowed(address) else {
      stop = .addressRefused
      return false
    }
    return true
  }
}

extension PeerAddress {
  /// The address lies in place, and may be longer than the `sockaddr` that the structure ends with.
  fileprivate init?(_ candidate: UnsafePointer<curl_sockaddr>) {
    let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr)!  // a stored field has one
    let address = UnsafeRawPointer(candidate) + offset
    self.init(
      address.assumingMemoryBound(to: sockaddr.self), length: Int(candidate.pointee.addrlen))
  }
}
