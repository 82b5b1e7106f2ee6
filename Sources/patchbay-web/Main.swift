import Configuration
import Domain
import Engine
import FastCGI
import Glibc
import Launch
import Logging
import Store
import Web

/// The FastCGI responder: N threads, each with its own connection to the database, behind one
/// socket.
@main
enum Main {
  static func main() {
    let arguments = Arguments.read()
    let settings = Startup.settings(for: .web)
    StopSignals.block()
    LoggingSystem.bootstrap { _ in LogLines(program: "patchbay-web") }
    run(arguments, settings)
  }

  private nonisolated static func run(_ arguments: Arguments, _ settings: Settings) {
    let logger = Logger(label: "patchbay-web")
    Startup.initializeLibraries()
    let listener = listen(arguments)
    guard let web = WebSettings(settings) else {
      ExitCode.badConfiguration.exit("PATCHBAY_BASE_URL: must be set")
    }
    // A database that is away is no reason to stay away: pages say so until it is back.
    warnIfDatabaseIsAway(settings, logger)
    let threads = (0..<settings.threads).map { _ in
      Thread {
        let stores = Startup.stores(settings)
        let responder = Responder(stores: stores, settings: web, logger: logger)
        do {
          // A peer that stalls for longer counts as gone.
          try listener.serve(stallLimitSeconds: 30) { request in
            serve(request, responder, logger)
          }
        } catch {
          logger.critical("a thread ended", metadata: ["error": "\(error)"])
          StopSignals.raise()
        }
      }
    }
    logger.info(
      "ready",
      metadata: ["version": "\(Version.current)", "threads": "\(settings.threads)"])
    StopSignals.wait()
    logger.info("stopping")
    listener.stop()
    for thread in threads { thread.join() }
    logger.info("stopped")
  }

  private nonisolated static func listen(_ arguments: Arguments) -> Listener {
    do {
      if let inherited = try Listener.inherited() { return inherited }
      guard let path = arguments.socket else {
        ExitCode.usage.exit(Arguments.usage)
      }
      return try Listener(path: path, mode: arguments.mode, backlog: 512)
    } catch {
      ExitCode.unavailable.exit("The socket cannot be used: \(error)")
    }
  }

  private nonisolated static func warnIfDatabaseIsAway(_ settings: Settings, _ logger: Logger) {
    let stores = Startup.stores(settings)
    do {
      try stores.schema.checkVersion()
    } catch let problem as SchemaStore.Problem {
      ExitCode.badConfiguration.exit(
        "PATCHBAY_DB_NAME: \(problem). Run `patchbay migrate` first.")
    } catch {
      logger.warning("the database does not answer yet", metadata: ["error": "\(error)"])
    }
  }
}
