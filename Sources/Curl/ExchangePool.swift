import CCurl

/// What has happened since the last call of `ExchangePool.run`, as transfers and pool note it.
final class EventQueue {
  var events: [ExchangePool.Event] = []
}

/// Many exchanges at once on one thread, and the connections that are kept between them.
///
/// Owns a curl multi handle. Belongs to one thread; `waker` alone may be used from others.
package final class ExchangePool {
  package enum Event: Sendable {
    /// The name has been looked up, or did not need to be. Comes once for each exchange, before
    /// its end; not for one that ends sooner.
    case resolved(tag: Int)
    case finished(tag: Int, ExchangeResult)
  }

  /// How many exchanges have been started and not finished.
  package private(set) var inFlight = 0
  package var waker: PoolWaker { waits.waker }

  private let multi: UnsafeMutableRawPointer  // CURLM *
  private let waits: WaitSet
  private let authorities: CertificateAuthorities
  private let connections = ConnectionTable()
  private let queue = EventQueue()
  private var transfers: [UnsafeMutableRawPointer: Transfer] = [:]  // in flight, by CURL *
  private var resting: [Transfer] = []
  private var ready: [WaitSet.Ready] = []

  /// - Parameter maxConnections: How many connections are kept at most. Exchanges at once are
  ///   limited by whoever starts them; with more than this, the idle connections are closed first.
  package init(maxConnections: Int, authorities: CertificateAuthorities) throws(CurlError) {
    waits = try WaitSet()
    self.authorities = authorities
    guard let multi = curl_multi_init() else {
      throw .library(call: "curl_multi_init", code: 0, text: "no handle")
    }
    self.multi = multi
    try setOptions(maxConnections: maxConnections)
  }

  deinit {
    cancelAll()
    curl_multi_cleanup(multi)
  }

  /// Starts an exchange; it moves on in `run` alone.
  /// - Parameter tag: Comes back with its events.
  /// - Throws: `CurlError.unsendable` when the request would not arrive as it is.
  package func start(
    _ request: ExchangeRequest, tag: Int, check isAllowed: @escaping AddressCheck
  ) throws(CurlError) {
    let transfer =
      if let rested = resting.popLast() {
        rested
      } else {
        try Transfer(
          options: request.options, queue: queue, connections: connections,
          authorities: authorities)
      }
    do {
      try transfer.prepare(request, tag: tag, check: isAllowed)
      try check(curl_multi_add_handle(multi, transfer.easy.raw), "curl_multi_add_handle")
    } catch {
      resting.append(transfer)
      throw error
    }
    transfers[transfer.easy.raw] = transfer
    inFlight += 1
  }

  /// Moves all exchanges on, and waits for something to happen if nothing has.
  /// - Parameter milliseconds: The longest wait. It also ends by `waker`.
  /// - Returns: What has happened, in order; nothing when the wait ended first.
  package func run(waitingUpTo milliseconds: Int) throws(CurlError) -> [Event] {
    let end = WaitSet.now + Int64(milliseconds)
    var wasWoken = false
    repeat {
      let wait = queue.events.isEmpty ? max(0, end - WaitSet.now) : 0
      wasWoken = try waits.wait(upTo: wait, &ready)
      for entry in ready {
        try act(on: entry.socket, entry.events)
        endIfOverRawLimit(entry.socket)
      }
      if waits.takeTimer() {
        try act(on: CURL_SOCKET_TIMEOUT, 0)
      }
      try collectEnded()
    } while queue.events.isEmpty && !wasWoken && WaitSet.now < end
    defer { queue.events.removeAll(keepingCapacity: true) }
    return queue.events
  }

  /// Runs one exchange to its end, in a pool that has no other.
  package func perform(
    _ request: ExchangeRequest, check isAllowed: @escaping AddressCheck
  ) throws(CurlError) -> ExchangeResult {
    precondition(inFlight == 0, "the events of other exchanges would be lost")
    try start(request, tag: 0, check: isAllowed)
    defer { cancelAll() }  // where `run` throws
    while true {
      for case .finished(_, let result) in try run(waitingUpTo: 1_000) {
        return result
      }
    }
  }

  /// Drops every exchange that has not been reported as finished, and closes its connection.
  /// - Returns: Their tags. No event of theirs will come.
  @discardableResult
  package func cancelAll() -> [Int] {
    var tags = transfers.values.map(\.tag)
    for case .finished(let tag, _) in queue.events {  // where `run` threw
      tags.append(tag)
    }
    for transfer in transfers.values {
      remove(transfer)
    }
    queue.events.removeAll()
    return tags
  }

  private func act(on socket: Int32, _ events: Int32) throws(CurlError) {
    var running: Int32 = 0
    try check(
      curl_multi_socket_action(multi, socket, events, &running), "curl_multi_socket_action")
  }

  /// Chunk extensions and TLS records without data are read by libcurl and seen by no callback: one
  /// endless extension took 4 s of processor time in a 4 s timeout, measured.
  private func endIfOverRawLimit(_ socket: Int32) {
    guard let owner = waits.owner(of: socket), let transfer = transfers[owner],
      let bytes = waits.bytesRead(from: socket), bytes > transfer.options.rawLimitBytes
    else { return }
    finish(transfer, transfer.result(.aborted, stopped: .rawLimit))
  }

  private func collectEnded() throws(CurlError) {
    var easy: UnsafeMutableRawPointer?
    var code = CURLE_OK
    while ccurl_multi_next_ended(multi, &easy, &code) == 1 {
      guard let easy, let transfer = transfers[easy] else { continue }
      if transfer.gate.needsFreshConnection {
        curl_multi_remove_handle(multi, easy)
        try transfer.prepareAgain()
        try check(curl_multi_add_handle(multi, easy), "curl_multi_add_handle")
      } else {
        finish(transfer, transfer.result(CurlCode(code)))
      }
    }
  }

  private func finish(_ transfer: Transfer, _ result: ExchangeResult) {
    queue.events.append(.finished(tag: transfer.tag, result))
    remove(transfer)
  }

  private func remove(_ transfer: Transfer) {
    curl_multi_remove_handle(multi, transfer.easy.raw)
    transfers[transfer.easy.raw] = nil
    transfer.rest()
    resting.append(transfer)
    inFlight -= 1
  }

  private func setOptions(maxConnections: Int) throws(CurlError) {
    let context = Unmanaged.passUnretained(waits).toOpaque()
    try check(
      ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, maxConnections), "curl_multi_setopt")
    try check(ccurl_multi_set_long(multi, CURLMOPT_PIPELINING, 0), "curl_multi_setopt")
    try check(
      ccurl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context), "curl_multi_setopt")
    try check(ccurl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context), "curl_multi_setopt")
    try check(
      ccurl_multi_set_socket(multi) { easy, socket, what, waits, _ in
        guard let waits else { return -1 }
        Unmanaged<WaitSet>.fromOpaque(waits).takeUnretainedValue()
          .change(socket, to: what, for: easy)
        return 0
      }, "curl_multi_setopt")
    try check(
      ccurl_multi_set_timer(multi) { _, milliseconds, waits in
        guard let waits else { return -1 }
        Unmanaged<WaitSet>.fromOpaque(waits).takeUnretainedValue().setTimer(milliseconds)
        return 0
      }, "curl_multi_setopt")
  }
}
