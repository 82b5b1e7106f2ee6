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
  let claimBell = Bell()
  let recordBell = Bell()
  let choreBell = Bell()
  let mailBell = Bell()
  let providerBell = Bell()
  let events: Mailbox<SendingEvent>
  let results: Mailbox<ResultEvent>
  private let databaseIsLost = Atomic<Bool>(false)
  private let stopping = Atomic<Bool>(false)
  private let sendingEnds = Atomic<Bool>(false)
  private let wakeSender = Mutex<(@Sendable () -> Void)?>(nil)

  init() {
    let (claims, records) = (claimBell, recordBell)
    events = Mailbox(wake: { records.ring() })
    results = Mailbox(wake: { claims.ring() })
  }

  var isStopping: Bool { stopping.load(ordering: .acquiring) }
  /// No new transfer may begin.
  var sendingMustEnd: Bool { sendingEnds.load(ordering: .acquiring) }

  /// Nothing more is claimed.
  func stop() {
    stopping.store(true, ordering: .releasing)
    for bell in [claimBell, recordBell, choreBell, mailBell, providerBell] { bell.ring() }
  }

  /// A loop on the queue has ended: so does the program.
  func end(_ ending: QueueLoopEnding) {
    if ending == .databaseLost { databaseIsLost.store(true, ordering: .releasing) }
    StopSignals.raise()
  }

  /// Some results may not be on record.
  var hasLostDatabase: Bool { databaseIsLost.load(ordering: .acquiring) }

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

  init(_ settings: Settings, concurrency: Int, _ state: WorkerState, _ logger: Logger) {
    let assignments = Mailbox<Assignment>(wake: { state.wake() })
    self.assignments = assignments
    thread = Thread {
      do {
        let rules = OutboundRules(settings)
        let sender = try Sender(rules: rules, maxConnections: 2 * concurrency)
        state.wakesSender(by: sender.waker)
        defer { state.wakesSender(by: {}) }
        var loop = TransferLoop(
          deliverer: Deliverer(rules: rules), sender: sender, assignments: assignments,
          events: state.events, results: state.results, concurrency: concurrency,
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

extension ClaimLoop.Limits {
  init(_ settings: Settings, concurrency: Int) {
    self.init(
      concurrency: concurrency, leaseSeconds: Int(settings.workerLease.seconds),
      attemptTimeoutMilliseconds: Int(settings.attemptTimeout.milliseconds),
      lingerMilliseconds: settings.workerLinger.milliseconds,
      probeRestMilliseconds: min(30_000, settings.retries.waits.first?.milliseconds ?? 30_000))
  }
}

extension RecordingRules {
  init(_ settings: Settings) {
    self.init(
      schedule: settings.retries, disableAfterSeconds: Int(settings.disableAfter.seconds))
  }
}
