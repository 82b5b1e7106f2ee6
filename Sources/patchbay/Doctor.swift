import ArgumentParser
import Configuration
import Domain
import Launch
import Store

struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Prints every setting, where it came from, and what is wrong.",
    discussion: "Ends with 78 when a setting is wrong, with 69 when the database does not answer.")

  @Flag(help: "Print the table of settings for the README instead.")
  var markdown = false

  func run() {
    if markdown { return print(Settings.markdown, terminator: "") }
    Startup.initializeLibraries()
    var problems = 0
    for report in reports() {
      print("\(report.name)=\(report.value)  (\(report.source.rawValue))")
      if let problem = report.problem {
        problems += 1
        print("  ✗ \(problem)")
      }
    }
    if problems > 0 {
      ExitCode.badConfiguration.exit("\(problems) of the settings need mending.")
    }
    checkDatabase()
  }

  private func reports() -> [SettingReport] {
    Settings.report(
      program: .admin, environment: Startup.environment(), readFile: Startup.read)
  }

  private func checkDatabase() {
    patchbay.run { settings in
      let stores = Startup.stores(settings)
      let diagnosis = try stores.diagnose()
      for finding in diagnosis.findings + settings.advice { print("  ! \(finding)") }
      try stores.schema.checkVersion()
      print("The database answers and is at version \(diagnosis.version).")
    }
  }
}
