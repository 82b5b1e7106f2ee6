import FastCGI
import Foundation
import Synchronization

/// A listener with threads that serve it.
final class Application: Sendable {
  let listener: Listener
  private let threads: Int
  private let ended = Signal()

  init(
    _ listener: Listener, threads: Int = 1, stallLimitSeconds: Int = 20,
    _ answer: @escaping @Sendable (borrowing Request) -> Void
  ) {
    self.listener = listener
    self.threads = threads
    for _ in 0..<threads {
      Thread.detachNewThread { [ended] in
        do {
          try listener.serve(stallLimitSeconds: stallLimitSeconds, answer)
          ended.send()
        } catch {
          // Then hasEnded() is false and says so.
        }
      }
    }
  }

  /// Whether every thread has returned; waits for it.
  func hasEnded() -> Bool {
    (0..<threads).allSatisfy { _ in ended.wait() }
  }
}

/// Something that has happened, for a thread that waits for it.
final class Signal: Sendable {
  private let semaphore = DispatchSemaphore(value: 0)

  func send() { semaphore.signal() }

  /// False when it has not happened for so long that it never will.
  @discardableResult
  func wait() -> Bool { semaphore.wait(timeout: .now() + 20) == .success }
}

/// A value that one thread sets and another reads.
final class Box<Value: Sendable>: Sendable {
  private let content = Mutex<Value?>(nil)

  var value: Value? { content.withLock { $0 } }

  func set(_ value: Value) { content.withLock { $0 = value } }
}

/// A new folder, removed with everything in it at the end.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = "/tmp/fastcgi-\(UUID().uuidString.prefix(13))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
  }

  // The folder is ours alone, and nobody looks at it again.
  deinit { try? FileManager.default.removeItem(atPath: path) }

  var socket: String { path + "/web.sock" }
}
