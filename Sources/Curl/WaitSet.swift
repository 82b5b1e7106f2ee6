import CCurl
import Glibc

/// What libcurl waits for: sockets, in one epoll set, and one timer.
///
/// `curl_multi_perform` would ask the kernel about every transfer on each call. With 960 hanging
/// transfers beside 64 busy ones that halves the rate, measured.
final class WaitSet {
  struct Ready {
    let socket: Int32
    let events: Int32  // CURL_CSELECT_*
  }

  let waker: PoolWaker
  private let epoll: Int32
  // Few at a time: a TLS handshake takes a millisecond for each, and nothing else moves meanwhile.
  private let buffer = UnsafeMutableBufferPointer<ccurl_ready>.allocate(capacity: 16)
  private var watches: [Watch] = []  // by socket
  private var timerDue: Int64?  // milliseconds of `now`

  private struct Watch {
    var owner: UnsafeMutableRawPointer?  // CURL *; nil when not watched
    var generation: UInt32 = 0
    var bytesReadBefore: Int64?
  }

  init() throws(CurlError) {
    waker = try PoolWaker()
    epoll = try check(epoll_create1(Int32(EPOLL_CLOEXEC)), "epoll_create1")
    try check(
      ccurl_epoll_change(
        epoll, EPOLL_CTL_ADD, waker.descriptor, CURL_POLL_IN, token(of: waker.descriptor, 0)),
      "epoll_ctl")
  }

  deinit {
    close(epoll)
    buffer.deallocate()
  }

  /// Milliseconds of a clock that only goes forward.
  static var now: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }

  /// Whether the timer is due. It is due once: libcurl sets it again when it needs to.
  func takeTimer() -> Bool {
    guard let timerDue, timerDue <= Self.now else { return false }
    self.timerDue = nil
    return true
  }

  /// Waits until a socket is ready, the timer is due, the waker was used, or the time is over.
  /// - Returns: Whether the waker was used.
  func wait(upTo milliseconds: Int64, _ ready: inout [Ready]) throws(CurlError) -> Bool {
    ready.removeAll(keepingCapacity: true)
    let limit = min(milliseconds, timerDue.map { $0 - Self.now } ?? milliseconds)
    let count = ccurl_epoll_wait(
      epoll, buffer.baseAddress, Int32(buffer.count), Int32(clamping: max(0, limit)))
    guard count >= 0 || errno == EINTR else {
      throw .system(call: "epoll_wait", errno: errno)
    }
    var wasWoken = false
    for entry in buffer.prefix(Int(max(0, count))) {
      let socket = Int32(truncatingIfNeeded: entry.token)
      if socket == waker.descriptor {
        waker.reset()
        wasWoken = true
      } else if token(of: socket, watches[Int(socket)].generation) == entry.token {
        ready.append(Ready(socket: socket, events: entry.events))
      }
    }
    return wasWoken
  }

  /// The transfer that waits for the socket still; nil for none.
  func owner(of socket: Int32) -> UnsafeMutableRawPointer? {
    watches[Int(socket)].owner
  }

  /// What has been read from the socket since the first call for this wait; nil at the first.
  func bytesRead(from socket: Int32) -> Int64? {
    let bytes = ccurl_bytes_read(socket)
    if let before = watches[Int(socket)].bytesReadBefore {
      return bytes - before
    }
    watches[Int(socket)].bytesReadBefore = bytes
    return nil
  }

  /// - Parameter what: `CURL_POLL_*`.
  func change(_ socket: Int32, to what: Int32, for owner: UnsafeMutableRawPointer?) {
    while watches.count <= Int(socket) {
      watches.append(Watch())
    }
    let isNew = watches[Int(socket)].owner == nil
    if what == CURL_POLL_REMOVE {
      watches[Int(socket)].owner = nil
      // An event of this wait may still be on its way: it must not reach the next one, which may
      // be another socket with the same number.
      watches[Int(socket)].generation &+= 1
      _ = ccurl_epoll_change(epoll, EPOLL_CTL_DEL, socket, what, 0)
    } else {
      watches[Int(socket)].owner = owner
      if isNew {
        watches[Int(socket)].generation &+= 1
        watches[Int(socket)].bytesReadBefore = nil
      }
      _ = ccurl_epoll_change(
        epoll, isNew ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, what,
        token(of: socket, watches[Int(socket)].generation))
    }
  }

  /// - Parameter milliseconds: From now; -1 for no timer.
  func setTimer(_ milliseconds: Int) {
    timerDue = milliseconds < 0 ? nil : Self.now + Int64(milliseconds)
  }
}

private func token(of socket: Int32, _ generation: UInt32) -> UInt64 {
  UInt64(generation) << 32 | UInt64(UInt32(bitPattern: socket))
}
