import Curl
import Glibc
import Testing

@Test func `256 exchanges at once all end, each with its own answer`() throws {
  let pool = try makePool(maxConnections: 256)
  for tag in 0..<256 {
    try pool.start(post("/echo/\(tag)"), tag: tag, check: anyAddress)
  }
  #expect(pool.inFlight == 256)

  let results = try finish(pool)

  #expect(results.count == 256)
  for (tag, result) in results {
    #expect(text(result.body).hasPrefix("POST /echo/\(tag) HTTP/1.1\r\n"))
  }
}

@Test func `an exchange has its name looked up once before it ends`() throws {
  let pool = try makePool()
  for tag in 1...3 {
    try pool.start(post("/ok/resolved"), tag: tag, check: anyAddress)
  }

  var story: [Int: [String]] = [:]
  while pool.inFlight > 0 {
    for event in try pool.run(waitingUpTo: 1_000) {
      switch event {
      case .resolved(let tag): story[tag, default: []].append("resolved")
      case .finished(let tag, _): story[tag, default: []].append("finished")
      }
    }
  }

  let expected = ["resolved", "finished"]
  #expect(story == [1: expected, 2: expected, 3: expected])
}

@Test func `an exchange on a kept connection counts as looked up`() throws {
  let pool = try makePool()
  _ = try pool.perform(post("/ok/looked-up"), check: anyAddress)
  try pool.start(post("/ok/looked-up"), tag: 5, check: anyAddress)

  var isResolved = false
  while pool.inFlight > 0 {
    for case .resolved(5) in try pool.run(waitingUpTo: 1_000) {
      isResolved = true
    }
  }

  #expect(isResolved)
}

@Test func `one that hangs does not delay another`() throws {
  let pool = try makePool()
  try pool.start(post("/hang/beside"), tag: 1, check: anyAddress)
  try pool.start(post("/ok/beside"), tag: 2, check: anyAddress)

  var first: Int?
  while first == nil {
    for case .finished(let tag, _) in try pool.run(waitingUpTo: 1_000) {
      first = tag
    }
  }

  #expect(first == 2)
  #expect(pool.inFlight == 1)
}

@Test func `the waker ends a wait from another thread`() throws {
  let pool = try makePool()
  let waker = Unmanaged.passRetained(pool.waker).toOpaque()
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { waker in
      usleep(50_000)
      Unmanaged<PoolWaker>.fromOpaque(waker!).takeRetainedValue().wake()
      return nil
    }, waker)
  let start = time(nil)

  let events = try pool.run(waitingUpTo: 20_000)
  pthread_join(thread, nil)

  #expect(events.isEmpty)
  #expect(time(nil) - start < 15)
}

@Test func `a wake-up before the wait is not lost`() throws {
  let pool = try makePool()
  pool.waker.wake()
  let start = time(nil)

  _ = try pool.run(waitingUpTo: 20_000)

  #expect(time(nil) - start < 15)
}

@Test func `a wait without anything to do ends in time`() throws {
  let events = try makePool().run(waitingUpTo: 10)

  #expect(events.isEmpty)
}

@Test func `a pool that waits uses no processor time`() throws {
  let pool = try makePool()
  try pool.start(post("/hang/asleep", on: "plain"), tag: 1, check: anyAddress)
  while try !pool.run(waitingUpTo: 200).isEmpty {}

  #expect(try processorMicroseconds { _ = try pool.run(waitingUpTo: 1_000) } < 300_000)
}

@Test func `a pool whose last exchange ran out of time uses no processor time either`() throws {
  let pool = try makePool()
  let options = wide.with { $0.totalTimeoutMilliseconds = 300 }
  let result = try pool.perform(
    post("/hang/late", on: "plain", options: options), check: anyAddress)

  #expect(result.code == .timedOut)
  #expect(try processorMicroseconds { _ = try pool.run(waitingUpTo: 1_000) } < 300_000)
}

@Test func `what is cancelled is told and never ends`() throws {
  let pool = try makePool()
  for tag in [3, 1, 2] {
    try pool.start(post("/hang/cancelled"), tag: tag, check: anyAddress)
  }
  while try !pool.run(waitingUpTo: 200).isEmpty {}

  let tags = pool.cancelAll()

  #expect(tags.sorted() == [1, 2, 3])
  #expect(pool.inFlight == 0)
  #expect(try pool.run(waitingUpTo: 10).isEmpty)
  #expect(try pool.perform(post("/ok/after-cancel"), check: anyAddress).status == 200)
}

@Test func `a pool can go away with exchanges in flight`() throws {
  var pool: ExchangePool? = try makePool()
  try pool?.start(post("/hang/going"), tag: 1, check: anyAddress)
  _ = try pool?.run(waitingUpTo: 100)
  weak let gone = pool

  pool = nil

  #expect(gone == nil)
}

@Test func `the check is let go with the exchange`() throws {
  final class Held {}
  let pool = try makePool()
  var held: Held? = Held()
  weak let gone = held
  _ = try pool.perform(post("/ok/held")) { [held] _ in held != nil }

  held = nil

  #expect(gone == nil)
}

/// Of this thread.
private func processorMicroseconds(of work: () throws -> Void) rethrows -> Int {
  let start = processorMicroseconds()
  try work()
  return processorMicroseconds() - start
}

private func processorMicroseconds() -> Int {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return time.tv_sec * 1_000_000 + time.tv_nsec / 1_000
}
