import ArgumentParser
import Launch

/// The operator's command.
@main
struct Patchbay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "patchbay",
    abstract: "Looks after a Patchbay: its schema, people, keys and settings.",
    discussion: "Settings come from PATCHBAY_* variables; `patchbay doctor` explains them.",
    subcommands: [
      Migrate.self, UserCommand.self, APIKeyCommand.self, AppCommand.self, EventCommand.self,
      KeysCommand.self,
      Doctor.self, VersionCommand.self,
    ])
}

struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the version.")

  func run() {
    print("patchbay \(Version.current)")
  }
}
