import Glibc

/// A thread of our own.
package struct Thread: Sendable {
  private let handle: pthread_t

  /// Runs `body` on a new thread.
  ///
  /// Not on the main actor: a closure handed to pthread_create from inside `main` would be taken for
  /// one and trap on its first step.
  package nonisolated init(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(Box(body))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        let box = Unmanaged<Box>.fromOpaque(context!).takeRetainedValue()
        box.body()
        return nil
      }, box.toOpaque())
    precondition(code == 0, "a thread could not be made: \(code)")
    handle = thread
  }

  /// Waits until its body has returned.
  package func join() {
    pthread_join(handle, nil)
  }

  private final class Box: Sendable {
    let body: @Sendable () -> Void

    init(_ body: @escaping @Sendable () -> Void) {
      self.body = body
    }
  }
}
