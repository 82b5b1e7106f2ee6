import Configuration
import Domain
import Engine
import Glibc
import Launch
import Logging
import Outbound
import Store
import Synchronization
import Worker

/// The delivery worker: one thread claims, one sends, one puts on record, one does the chores. It ends
/// when nothing has been due for as long as it lingers; the timer starts the next.
@main
enum Main {
  static func main() {
    let options = CommandLine.arguments.dropFirst()
    if options.contains("--version") { ExitCode.done.exit("patchbay-worker \(Version.current)") }
    if !options.isEmpty {
      (options == ["--help"] ? ExitCode.done : .usage).exit(
        """
        Usage: patchbay-worker
        Sends the deliveries that are due, lingers, and ends. Settings come from PATCHBAY_*
        variables; `patchbay doctor` explains them.
        """)
    }
    let settings = Startup.settings(for: .worker)
    StopSignals.block()
    LoggingSystem.bootstrap { _ in LogLines(program: "patchbay-worker") }
    run(settings)
  }

  private nonisolated static func run(_ settings: Settings) {
    let logger = Logger(label: "patchbay-worker")
    Startup.initializeLibraries()
    Startup.checkDatabase(Startup.stores(settings))

    let state = WorkerState()
    let wakeSocket = WakeSocket(in: settings.runDirectory)
    if wakeSocket == nil {
      logger.warning("no wake-up socket; polling", metadata: ["folder": "\(settings.runDirectory)"])
    }
    let poke = wakeSocket?.descriptor
    let concurrency = OpenFiles.concurrency(settings, logger)
    let sending = Sending(settings, concurrency: concurrency, state, logger)
    let claims = Thread {
      state.end(runClaims(settings, concurrency: concurrency, state, sending, poke: poke, logger))
    }
    let records = Thread { state.end(runRecords(settings, state, logger)) }
    let chores = Thread { runChores(settings, state, logger) }
    let mail = mailThread(settings, state, logger)
    let providers = settings.baseURL.map { base in
      Thread { runProviders(settings, base, state, logger) }
    }
    logger.info("ready", metadata: ["version": "\(Version.current)"])

    StopSignals.wait()
    state.stop()
    claims.join()
    // Where it gave up for want of a database, it has told the sender nothing.
    state.endSending()
    sending.thread.join()
    records.join()
    chores.join()
    mail?.join()
    providers?.join()
    logger.info("stopped")
    if state.hasLostDatabase {
      ExitCode.tryAgainLater.exit("The database has been away for too long.")
    }
    // Until here the socket is ours; its file goes with it.
    withExtendedLifetime(wakeSocket) {}
  }

  private nonisolated static func runClaims(
    _ settings: Settings, concurrency: Int, _ state: WorkerState, _ sending: Sending, poke: Int32?,
    _ logger: Logger
  ) -> QueueLoopEnding {
    var loop = ClaimLoop(
      queue: Startup.stores(settings).queue,
      limits: ClaimLoop.Limits(settings, concurrency: concurrency),
      assignments: sending.assignments, results: state.results,
      isStopping: { state.isStopping }, stopSending: { state.endSending() },
      wait: { milliseconds in wait(milliseconds, [state.claimBell.descriptor, poke]) },
      logger: logger)
    return loop.run()
  }

  private nonisolated static func runRecords(
    _ settings: Settings, _ state: WorkerState, _ logger: Logger
  ) -> QueueLoopEnding {
    var loop = RecordLoop(
      queue: Startup.stores(settings).queue, rules: RecordingRules(settings), events: state.events,
      results: state.results, isStopping: { state.isStopping },
      wait: { milliseconds in wait(milliseconds, [state.recordBell.descriptor]) }, logger: logger)
    return loop.run()
  }

  private nonisolated static func runChores(
    _ settings: Settings, _ state: WorkerState, _ logger: Logger
  ) {
    var host = [CChar](repeating: 0, count: 256)
    gethostname(&host, 255)
    let hostName = String(
      decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    var loop = ChoreLoop(
      stores: Startup.stores(settings), leaseSeconds: Int(settings.workerLease.seconds),
      retention: Retention(
        deliveries: settings.retention, payloads: settings.payloadRetention,
        audit: settings.auditRetention), telling: Telling(settings), host: hostName,
      processID: Int(getpid()),
      version: Version.current,
      isStopping: { state.isStopping },
      wait: { milliseconds in wait(milliseconds, [state.choreBell.descriptor]) }, logger: logger
    )
    loop.run()
  }
}

extension Main {
  /// nil where no mail server is set.
  private nonisolated static func mailThread(
    _ settings: Settings, _ state: WorkerState, _ logger: Logger
  ) -> Thread? {
    guard let server = settings.smtpURL, let from = settings.mailFrom else { return nil }
    return Thread {
      MailLoop(
        stores: Startup.stores(settings), sender: MailSender(server: server, from: from),
        isStopping: { state.isStopping },
        wait: { milliseconds in wait(milliseconds, [state.mailBell.descriptor]) }, logger: logger
      ).run()
    }
  }

  /// Renewing access and taking grants back; without a public address there are no connections.
  private nonisolated static func runProviders(
    _ settings: Settings, _ base: BaseURL, _ state: WorkerState, _ logger: Logger
  ) {
    ProviderLoop(
      stores: Startup.stores(settings),
      rules: ProviderRules(
        outbound: OutboundRules(settings, totalTimeoutMilliseconds: 10_000), base: base.text),
      isStopping: { state.isStopping },
      wait: { milliseconds in wait(milliseconds, [state.providerBell.descriptor]) },
      logger: logger
    ).run()
  }
}

/// Returns after so many milliseconds, or when one of the descriptors has something; reads it away.
func wait(_ milliseconds: Int64, _ descriptors: [Int32?]) {
  var polled = descriptors.compactMap { $0 }.map {
    pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
  }
  guard poll(&polled, nfds_t(polled.count), Int32(milliseconds)) > 0 else { return }
  for one in polled where one.revents != 0 { WakeSocket.drain(one.fd) }
}
