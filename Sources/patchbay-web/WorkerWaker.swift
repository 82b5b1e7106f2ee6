import Glibc
import Launch
import Synchronization

/// Wakes the lingering workers of this machine, from any thread. It looks into the run folder only
/// where that has changed: to open it, and a socket, for each event took a tenth of the time that the
/// event has.
final class WorkerWaker: Sendable {
  private let folder: String
  private let known = Mutex(Known())

  private struct Known: ~Copyable {
    var sender: WakeSender?
    var paths: [String] = []
    /// When the folder was changed for the last time before it was looked into.
    var changedAt: timespec?
  }

  init(folder: String) {
    self.folder = folder
  }

  func wakeAll() {
    known.withLock { known in
      look(&known)
      if known.sender == nil { known.sender = WakeSender() }
      for path in known.paths { known.sender?.send(to: path) }
    }
  }

  private func look(_ known: inout Known) {
    var status = stat()
    guard stat(folder, &status) == 0 else {
      known.paths = []
      return
    }
    let changedAt = status.st_mtim
    if let before = known.changedAt, before.tv_sec == changedAt.tv_sec,
      before.tv_nsec == changedAt.tv_nsec
    {
      return
    }
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    // A further change within one tick of the file system's clock would not show.
    known.changedAt = abs(now.tv_sec - changedAt.tv_sec) > 1 ? changedAt : nil
    known.paths = WakeSocket.paths(in: folder)
  }
}
