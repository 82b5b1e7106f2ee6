import Glibc

/// Runs `body` on so many threads at once, each with its number and a gate that opens when all of
/// them have come to it.
/// - Returns: What they returned, in the order of their numbers.
/// - Throws: What the first of them threw.
func inParallel<T>(
  _ count: Int, _ body: @escaping @Sendable (Int, Gate) throws -> T
) throws -> [T] {
  let gate = Gate(count)
  let works = (0..<count).map { number in Work { try body(number, gate) } }
  let threads = works.map { work in
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { work in
        Unmanaged<AnyWork>.fromOpaque(work!).takeRetainedValue().run()
        return nil
      }, Unmanaged<AnyWork>.passRetained(work).toOpaque())
    guard status == 0 else { fatalError("pthread_create: errno \(status)") }
    return thread
  }
  for thread in threads { pthread_join(thread, nil) }
  return try works.map { try $0.result!.get() }
}

/// Opens when as many threads as it was made for wait at it. `@unchecked`: the barrier is made to
/// be shared, and is destroyed when nobody knows it any more.
final class Gate: @unchecked Sendable {
  private let barrier = UnsafeMutablePointer<pthread_barrier_t>.allocate(capacity: 1)

  init(_ count: Int) {
    pthread_barrier_init(barrier, nil, UInt32(count))
  }

  deinit {
    pthread_barrier_destroy(barrier)
    barrier.deallocate()
  }

  func wait() {
    pthread_barrier_wait(barrier)
  }
}

private class AnyWork {
  func run() {}
}

private final class Work<T>: AnyWork {
  private let body: () throws -> T
  private(set) var result: Result<T, any Error>?

  init(_ body: @escaping () throws -> T) {
    self.body = body
  }

  override func run() {
    result = Result { try body() }
  }
}
