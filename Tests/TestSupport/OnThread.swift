import Glibc
import Synchronization

/// Runs `body` on a thread of its own.
/// - Returns: To be called for what `body` returned or threw; waits for it.
package func onThread<T: Sendable>(_ body: @escaping @Sendable () throws -> T) -> () throws -> T {
  let box = Box(body)
  var thread = pthread_t()
  let argument = Unmanaged.passRetained(box as AnyObject).toOpaque()
  pthread_create(
    &thread, nil,
    { argument in
      let box = Unmanaged<AnyObject>.fromOpaque(argument!).takeRetainedValue() as! any Runnable
      box.run()
      return nil
    }, argument)
  return {
    pthread_join(thread, nil)
    return try box.result.withLock { try $0!.get() }
  }
}

private protocol Runnable {
  func run()
}

private final class Box<T: Sendable>: Runnable, Sendable {
  private let body: @Sendable () throws -> T
  let result = Mutex<Result<T, any Error>?>(nil)

  init(_ body: @escaping @Sendable () throws -> T) {
    self.body = body
  }

  func run() {
    let result = Result { try body() }
    self.result.withLock { $0 = result }
  }
}
