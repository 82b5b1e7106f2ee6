import Configuration
import Domain
import Engine
import Launch
import Logging
import Outbound
import Store
import Synchronization
import Worker

/// What the threads of the worker share.
final class WorkerState: Sendable {
  let queueBell = Bell()
  let choreBell = Bell()
  let events: Mailbox<SendingEvent>
  /// 0 where all is on record.
  let ending = Atomic<Int>(0)

  private let stopping = Atomic<Bool>(false)
  private let sendingEnds = Atomic<Bool>(false)
  private let wakeSender = Mutex<(@Sendable () -> Void)?>(nil)

  init() {
    let bell = queueBell
    events = Mailbox(wake: { bell.ring() })
  }

  var isStopping: Bool { stopping.load(ordering: .acquiring) }
  /// No new transfer may begin.
  var sendingMustEnd: Bool { sendingEnds.load(ordering: .acquiring) }

  /// Nothing more is claimed.
  func stop() {
    stopping.store(true, ordering: .releasing)
    queueBell.ring()
    choreBell.ring()
  }

  func endSending() {
    sendingEnds.store(true, ordering: .releasing)
    wake()
  }

  func wakesSender(by wake: @escaping @Sendable () -> Void) {
    wakeSender.withLock { $0 = wake }
  }

  func wake() {
    wakeSender.withLock { $0 }?()
  }
}

/// The sending thread and the way to it.
struct Sending: Sendable {
  let assignments: Mailbox<Assignment>
  let thread: Thread

  init(_ settings: Settings, _ state: WorkerState, _ logger: Logger) {
    let assignments = Mailbox<Assignment>(wake: { state.wake() })
    self.assignments = assignments
    thread = Thread {
      do {
        let rules = OutboundRules(settings)
        let sender = try Sender(rules: rules, maxConnections: 2 * settings.workerConcurrency)
        state.wakesSender(by: sender.waker)
        defer { state.wakesSender(by: {}) }
        var loop = TransferLoop(
          deliverer: Deliverer(rules: rules), sender: sender, assignments: assignments,
          events: state.events, concurrency: settings.workerConcurrency,
          isStopping: { state.sendingMustEnd }, logger: logger)
        try loop.run()
      } catch {
        logger.critical("sending ended", metadata: ["error": "\(error)"])
        state.events.put([.ended])
        state.stop()
      }
    }
  }
}

extension QueueLoop.Limits {
  init(_ settings: Settings) {
    self.init(
      concurrency: settings.workerConcurrency, leaseSeconds: Int(settings.workerLease.seconds),
      attemptTimeoutMilliseconds: Int(settings.attemptTimeout.milliseconds),
      lingerMilliseconds: settings.workerLinger.milliseconds,
      recording: RecordingRules(
        schedule: settings.retries, disableAfterSeconds: Int(settings.disableAfter.seconds)))
  }
}
