import Glibc
import Synchronization
import Worker

/// A guarded queue from one thread to another. `wake` tells the one that takes.
final class Mailbox<Element: Sendable>: Channel {
  private let elements = Mutex<[Element]>([])
  private let wake: @Sendable () -> Void

  init(wake: @escaping @Sendable () -> Void) {
    self.wake = wake
  }

  func put(_ new: [Element]) {
    elements.withLock { $0 += new }
    wake()
  }

  func take() -> [Element] {
    elements.withLock { waiting in
      let taken = waiting
      waiting = []
      return taken
    }
  }
}

/// A descriptor that becomes readable when somebody rings, for a thread that waits in `poll`.
struct Bell: Sendable {
  let descriptor: Int32
  private let ringer: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    let code = pipe(&ends)
    precondition(code == 0, "no pipe: errno \(errno)")
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (descriptor, ringer) = (ends[0], ends[1])
  }

  /// A full pipe rings already.
  func ring() {
    var byte: UInt8 = 1
    _ = write(ringer, &byte, 1)
  }
}
