import CCurl
import Glibc

/// One exchange under way: what the callbacks of its handle are given. Belongs to the pool's thread.
final class Transfer {
  let tag: Int
  private let options: ExchangeOptions
  private let check: AddressCheck
  /// Only looks at the addresses of the name, and opens none.
  private let isProbe: Bool
  private unowned let pool: ExchangePool

  private var status: Int?
  private var headers: [(name: [UInt8], value: [UInt8])] = []
  private var headerBytes = 0
  private(set) var headersComplete = false
  private(set) var body: [UInt8] = []
  private(set) var bodyWasCut = false
  private(set) var limitWasReached = false

  private(set) var nameWasResolved = false
  private(set) var addressWasRefused = false
  private(set) var requestWasStarted = false
  private(set) var wasAboutToBeSentTwice = false
  private var remote: PeerAddress?
  private var opened: Int32 = -1
  private var socket: Int32 = -1
  private var receivedBefore: Int64 = 0
  private var progressCalls = 0

  init(
    tag: Int, options: ExchangeOptions, isProbe: Bool, check: @escaping AddressCheck,
    pool: ExchangePool
  ) {
    self.tag = tag
    self.isProbe = isProbe
    self.options = options
    self.check = check
    self.pool = pool
  }

  static func of(_ context: UnsafeMutableRawPointer) -> Transfer {
    Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
  }

  // MARK: - Callbacks

  /// Opens a socket to an address that passes the check. After one that does not, no other address
  /// of the name is used.
  func openSocket(for purpose: curlsocktype, to address: UnsafeMutablePointer<curl_sockaddr>)
    -> curl_socket_t
  {
    resolved()
    if isProbe {
      if let peer = PeerAddress(address) { _ = check(peer) }
      return CURL_SOCKET_BAD
    }
    guard !addressWasRefused, purpose == CURLSOCKTYPE_IPCXN,
      address.pointee.socktype == Int32(SOCK_STREAM.rawValue),
      let peer = PeerAddress(address), check(peer)
    else {
      addressWasRefused = true
      return CURL_SOCKET_BAD
    }
    remote = peer
    opened = Glibc.socket(
      address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
      address.pointee.`protocol`)
    return opened
  }

  /// Connected, or on a kept connection; nothing of the request is sent yet.
  func mayBegin(with peer: PeerAddress?, localPort: Int32) -> Bool {
    resolved()
    // libcurl sends a POST again, silently, when a kept connection dies under it.
    if requestWasStarted {
      wasAboutToBeSentTwice = true
      return false
    }
    guard !addressWasRefused, let peer, check(peer) else {
      addressWasRefused = true
      return false
    }
    remote = peer
    socket = pool.socket(localPort: localPort, opened: opened)
    receivedBefore = max(0, ccurl_bytes_received(socket))
    requestWasStarted = true
    return true
  }

  /// A short exchange is over before the count is worth a system call.
  var isWithinRawLimit: Bool {
    progressCalls += 1
    guard requestWasStarted, progressCalls > 8 else { return true }
    let received = ccurl_bytes_received(socket)
    guard received - receivedBefore > Int64(options.rawLimitBytes) else { return true }
    limitWasReached = true
    return false
  }

  /// - Returns: How many bytes were taken; fewer than came ends the transfer.
  func take(body bytes: UnsafeRawBufferPointer) -> Int {
    let room = options.bodyLimitBytes - body.count
    body.append(contentsOf: bytes.prefix(room))
    guard bytes.count > room else { return bytes.count }
    bodyWasCut = true
    return 0
  }

  func take(header bytes: UnsafeRawBufferPointer) -> Int {
    headerBytes += bytes.count
    guard headerBytes <= options.headerLimitBytes else {
      limitWasReached = true
      return 0
    }
    // What follows a body is a trailer.
    if headersComplete { return bytes.count }
    let line = bytes.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    if line.isEmpty {
      headersComplete = status.map { $0 >= 200 || $0 == 101 } ?? false
    } else if line.starts(with: "HTTP/".utf8) {
      status = Self.status(in: line)
      headers = []
    } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
      headers.append((name: Array(line[..<colon]), value: Self.trimmed(line[(colon + 1)...])))
    }
    return bytes.count
  }

  private func resolved() {
    guard !nameWasResolved else { return }
    nameWasResolved = true
    pool.note(resolved: tag)
  }

  /// `HTTP/1.1 200 OK`: the number after the first space.
  private static func status(in line: Slice<UnsafeRawBufferPointer>) -> Int? {
    let digits = line.drop { $0 != UInt8(ascii: " ") }.dropFirst().prefix {
      $0 >= 0x30 && $0 <= 0x39
    }
    return Int(String(decoding: digits, as: UTF8.self))
  }

  private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var value = Array(bytes.drop(while: isSpace))
    while let last = value.last, isSpace(last) { value.removeLast() }
    return value
  }

  // MARK: - The end

  func result(_ code: CurlCode, of handle: EasyHandle) -> ExchangeResult {
    let raw = handle.raw
    let lookup = ccurl_get_offset(raw, CURLINFO_NAMELOOKUP_TIME_T)
    let connect = ccurl_get_offset(raw, CURLINFO_CONNECT_TIME_T)
    let tls = ccurl_get_offset(raw, CURLINFO_APPCONNECT_TIME_T)
    let sent = ccurl_get_offset(raw, CURLINFO_PRETRANSFER_TIME_T)
    let first = ccurl_get_offset(raw, CURLINFO_STARTTRANSFER_TIME_T)
    let isNew = opened >= 0
    return ExchangeResult(
      code: code,
      message: code == .ok ? "" : String(cString: curl_easy_strerror(CURLcode(code.rawValue))),
      status: headersComplete ? status : nil, headers: headersComplete ? headers : [],
      headersComplete: headersComplete, body: body, bodyWasCut: bodyWasCut,
      timings: ExchangeResult.Timings(
        total: ccurl_get_offset(raw, CURLINFO_TOTAL_TIME_T),
        nameLookup: isNew && lookup > 0 ? lookup : nil,
        connect: isNew && connect > 0 ? connect - lookup : nil,
        tls: isNew && tls > 0 ? tls - connect : nil,
        firstByte: first > 0 ? first - sent : nil),
      remote: remote, addressWasRefused: addressWasRefused, nameWasResolved: nameWasResolved,
      requestWasStarted: requestWasStarted, wasAboutToBeSentTwice: wasAboutToBeSentTwice,
      limitWasReached: limitWasReached)
  }
}
