import CCurl
import Glibc

/// Many exchanges at once, on one thread that owns it. Connections are kept and used again; the
/// check is asked every time all the same.
package final class ExchangePool {
  package enum Event: Sendable {
    /// Past its name look-up, or on a kept connection.
    case resolved(tag: Int)
    case finished(tag: Int, ExchangeResult)
  }

  /// Ends a wait in `run`; the only part of a pool that another thread may use.
  package struct Waker: Sendable {
    // CURLM *: curl_multi_wakeup may be called from any thread while the handle lives.
    fileprivate nonisolated(unsafe) let multi: UnsafeMutableRawPointer

    package func wake() {
      curl_multi_wakeup(multi)
    }
  }

  private let multi: UnsafeMutableRawPointer  // CURLM *
  private let trust: TrustStore
  private var running: [UnsafeMutableRawPointer: (handle: EasyHandle, transfer: Transfer)] = [:]
  private var idle: [EasyHandle] = []
  private var resolved: [Int] = []
  /// Sockets of kept connections by their local port, which is all that libcurl tells of one.
  private var sockets: [Int32: Int32] = [:]

  /// - Parameter maxConnections: Kept open at most; at least as many as exchanges at once.
  package init(maxConnections: Int, trust: TrustStore) throws(CurlError) {
    guard let multi = curl_multi_init() else {
      throw CurlError(function: "curl_multi_init", message: "out of memory")
    }
    self.multi = multi
    self.trust = trust
    try check(
      ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maxConnections), "curl_multi_setopt")
    try check(
      ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_NOTHING)), "curl_multi_setopt")
  }

  deinit {
    for raw in running.keys { curl_multi_remove_handle(multi, raw) }
    // Handles first: they hold connections of the multi handle.
    running = [:]
    idle = []
    curl_multi_cleanup(multi)
  }

  package var inFlight: Int { running.count }

  package var waker: Waker { Waker(multi: multi) }

  /// Begins an exchange; its end comes out of `run` under this tag.
  /// - Parameter isProbe: Shows the check every address of the name and opens a socket to none.
  package func start(
    _ request: ExchangeRequest, tag: Int, isProbe: Bool = false,
    check allows: @escaping AddressCheck
  ) throws(CurlError) {
    let handle = if let last = idle.popLast() { last } else { try EasyHandle(trust: trust) }
    let transfer = Transfer(
      tag: tag, options: request.options, isProbe: isProbe, check: allows, pool: self)
    try handle.prepare(request, context: transfer)
    try check(curl_multi_add_handle(multi, handle.raw), "curl_multi_add_handle")
    running[handle.raw] = (handle, transfer)
  }

  /// Goes on with all exchanges. Where nothing has happened, waits for the network, for `wake`, or
  /// for so many milliseconds, whatever is first.
  package func run(waitingUpTo milliseconds: Int) throws(CurlError) -> [Event] {
    var events = try perform()
    if events.isEmpty {
      try check(curl_multi_poll(multi, nil, 0, Int32(milliseconds), nil), "curl_multi_poll")
      events = try perform()
    }
    return events
  }

  /// Drops everything under way.
  /// - Returns: The tags of what was dropped.
  package func cancelAll() -> [Int] {
    let tags = running.values.map(\.transfer.tag)
    for raw in running.keys { curl_multi_remove_handle(multi, raw) }
    running = [:]
    resolved = []
    return tags
  }

  private func perform() throws(CurlError) -> [Event] {
    var left: Int32 = 0
    try check(curl_multi_perform(multi, &left), "curl_multi_perform")
    var events = resolved.map(Event.resolved(tag:))
    resolved = []
    var raw: UnsafeMutableRawPointer?
    var code = CURLE_OK
    while ccurl_multi_next_done(multi, &raw, &code) == 1 {
      guard let ended = raw, let (handle, transfer) = running.removeValue(forKey: ended) else {
        continue
      }
      let result = transfer.result(CurlCode(code), of: handle)
      curl_multi_remove_handle(multi, ended)
      idle.append(handle)
      events.append(.finished(tag: transfer.tag, result))
    }
    return events
  }

  func note(resolved tag: Int) {
    resolved.append(tag)
  }

  /// - Parameter opened: The socket that this transfer opened itself, or -1.
  func socket(localPort: Int32, opened: Int32) -> Int32 {
    if opened >= 0 {
      // A port is used again only after its socket was closed, so an old entry is overwritten.
      sockets[localPort] = opened
      return opened
    }
    return sockets[localPort] ?? -1
  }
}

/// One exchange on its own, waited for.
package enum Exchange {
  package static func perform(
    _ request: ExchangeRequest, trust: TrustStore, check: @escaping AddressCheck
  ) throws(CurlError) -> ExchangeResult {
    try perform(request, trust: trust, isProbe: false, check: check)
  }

  /// Looks the name up and shows the check every address it has, without opening a socket.
  /// - Returns: Whether the name was found in time.
  package static func probe(
    _ request: ExchangeRequest, trust: TrustStore, seeing see: @escaping (PeerAddress) -> Void
  ) throws(CurlError) -> Bool {
    let result = try perform(request, trust: trust, isProbe: true) { peer in
      see(peer)
      return false
    }
    return result.nameWasResolved
  }

  private static func perform(
    _ request: ExchangeRequest, trust: TrustStore, isProbe: Bool, check: @escaping AddressCheck
  ) throws(CurlError) -> ExchangeResult {
    let pool = try ExchangePool(maxConnections: 1, trust: trust)
    try pool.start(request, tag: 0, isProbe: isProbe, check: check)
    while true {
      for event in try pool.run(waitingUpTo: 1_000) {
        if case .finished(_, let result) = event { return result }
      }
    }
  }
}
