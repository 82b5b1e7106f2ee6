import Configuration
import Domain
import Launch
import Store

/// Runs a command's work, and ends the program with a clear line and the right code when it cannot
/// be done.
func run(_ body: (Settings) throws -> Void) {
  let settings = Startup.settings(for: .admin)
  Startup.initializeLibraries()
  do {
    try body(settings)
  } catch let refusal as Refusal {
    refusal.code.exit(refusal.line)
  } catch let problem as SchemaStore.Problem {
    ExitCode.failed.exit("\(problem)")
  } catch {
    let code: ExitCode = Stores.isUnavailable(error) ? .unavailable : .failed
    code.exit("\(error)")
  }
}

/// What a command will not do, and why.
struct Refusal: Error {
  let line: String
  var code = ExitCode.failed

  init(_ line: String, code: ExitCode = .failed) {
    self.line = line
    self.code = code
  }
}
