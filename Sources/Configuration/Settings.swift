package import Domain

/// What a program runs with, checked whole before it starts.
package struct Settings: Sendable {
  package let program: Program
  /// Set for the responder; elsewhere only where it was given.
  package let baseURL: BaseURL?
  package let database: DatabaseSettings
  /// Set for responder and worker. `patchbay` reads its file when a command needs it.
  package let keyRing: KeyRing?
  package let keyRingFile: String?
  package let runDirectory: String
  package let threads: Int
  package let authentication: Authentication

  package let retries: RetrySchedule
  package let attemptTimeout: Interval
  package let disableAfter: Interval

  package let retention: Interval
  /// Never longer than `retention`.
  package let payloadRetention: Interval
  package let auditRetention: Interval

  package let workerConcurrency: Int
  package let workerLinger: Interval
  package let workerLease: Interval

  package let endpointAllow: EndpointAllow
  package let endpointCAFile: String?

  package let rateLimit: Rate
  package let maxWebhooks: Int
  package let maxKeys: Int
  package let testLimit: Rate

  /// Holds a password, maybe.
  package let smtpURL: MailServer?
  package let mailFrom: EmailAddress?
}

/// Who says who somebody is.
package enum Authentication: String, Sendable, CaseIterable {
  /// Our own sign-in page.
  case password
  /// The FastCGI parameter `PATCHBAY_USER`, which nginx sets.
  case param
}

package struct DatabaseSettings: Sendable {
  package enum Place: Sendable, Equatable {
    case socket(String)
    /// Tried in order.
    case hosts([String], port: Int)
  }

  package let place: Place
  package let name: String
  package let user: String
  /// nil: the unix socket says who we are.
  package let password: String?
  package let tlsCAFile: String?
}

extension Settings {
  /// - Parameters:
  ///   - environment: All of it; names that do not begin with `PATCHBAY_` are passed over.
  ///   - readFile: The bytes of a file. What it throws is shown, after the path.
  /// - Throws: `ConfigurationError` for the first setting that is wrong, unknown names included.
  package static func load(
    program: Program, environment: [String: String], readFile: (String) throws -> [UInt8]
  ) throws(ConfigurationError) -> Settings {
    let (settings, reports) = read(program, environment, readFile)
    for report in reports {
      if let problem = report.problem {
        throw ConfigurationError(name: report.name, problem: problem)
      }
    }
    return settings
  }

  /// Every setting of this program with its value, where it came from and what is wrong with it;
  /// then the unknown names.
  package static func report(
    program: Program, environment: [String: String], readFile: (String) throws -> [UInt8]
  ) -> [SettingReport] {
    read(program, environment, readFile).1
  }

  private static func read(
    _ program: Program, _ environment: [String: String], _ readFile: (String) throws -> [UInt8]
  ) -> (Settings, [SettingReport]) {
    withoutActuallyEscaping(readFile) { readFile in
      var reader = SettingsReader(
        program: program, environment: environment, readFile: readFile)
      let settings = Settings(&reader, runtimeDirectory: environment["RUNTIME_DIRECTORY"])
      reader.reportUnknownNames()
      return (settings, reader.reports)
    }
  }
}
