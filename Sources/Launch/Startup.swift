package import Configuration
import Crypto
import Domain
import Glibc
package import MariaDB
import Outbound
package import Store

/// What every program does first.
package enum Startup {
  /// The settings of the environment, or the end: exit 78 and one line that names the setting.
  package static func settings(for program: Program) -> Settings {
    do {
      return try Settings.load(program: program, environment: environment(), readFile: read)
    } catch {
      ExitCode.badConfiguration.exit(error.description)
    }
  }

  /// Once, before the first thread.
  package static func initializeLibraries() {
    MariaDB.initialize()
    do {
      try Outbound.initialize()
    } catch {
      ExitCode.failed.exit("libcurl cannot be used: \(error)")
    }
    do {
      try SelfTest.run()
    } catch {
      ExitCode.failed.exit("OpenSSL cannot be used: \(error)")
    }
  }

  /// All variables of the environment.
  package static func environment() -> [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let line = entry.pointee {
      let parts = String(cString: line).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
      entry += 1
    }
    return variables
  }

  /// The bytes of a file.
  /// - Throws: `FileError`
  package static func read(_ path: String) throws -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(errno) }
    defer { close(descriptor) }
    return try rest(of: descriptor)
  }

  /// The same of a file named on the command line, where `-` is standard input. That one is read as it
  /// stands: opening `/dev/stdin` asks for its rights anew, and a terminal or pipe of root's refuses them
  /// to whom root becomes by `runuser` or `sudo`.
  /// - Throws: `FileError`
  package static func readArgument(_ argument: String) throws -> [UInt8] {
    argument == "-" ? try rest(of: STDIN_FILENO) : try read(argument)
  }

  private static func rest(of descriptor: CInt) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1_024)
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw FileError(errno)
      }
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  /// A thread's own way to the database; it connects when first used.
  package static func database(_ settings: Settings, allowsScripts: Bool = false) -> Database {
    let place = settings.database
    var options = DatabaseOptions(
      user: place.user, password: place.password, database: place.name,
      tlsCAFile: place.tlsCAFile,
      sessionStatements: settings.program == .admin
        ? Stores.sessionStatements : Stores.servingStatements,
      allowsScripts: allowsScripts)
    // A page says within seconds that the database is stuck; a migration may take its time.
    if settings.program == .web { options.readTimeoutSeconds = 5 }
    switch place.place {
    case .socket(let path): options.socket = path
    case .hosts(let hosts, let port): (options.hosts, options.port) = (hosts, port)
    }
    return Database(options)
  }

  package static func stores(_ settings: Settings) -> Stores {
    Stores(database(settings), seal: Seal(settings.keyRing))
  }

  /// Ends the program when the database does not answer (69) or lacks migrations (78).
  package static func checkDatabase(_ stores: Stores) {
    do {
      try stores.schema.checkVersion()
    } catch let problem as SchemaStore.Problem {
      ExitCode.badConfiguration.exit(
        "PATCHBAY_DB_NAME: \(problem). Run `patchbay migrate` first.")
    } catch {
      ExitCode.unavailable.exit("The database does not answer: \(error)")
    }
  }
}

/// Why a file cannot be read, in the system's words.
package struct FileError: Error, CustomStringConvertible {
  package let description: String

  init(_ number: Int32) {
    description = String(cString: strerror(number))
  }
}
