import ArgumentParser
import Configuration
import Domain
import Launch
import Store

struct EventCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "event", abstract: "Sends an event by hand.", subcommands: [Emit.self])

  struct Emit: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Emits one event, as a host does by CALL emit_event.")

    @Option(help: "The user, by e-mail address or id.")
    var user: String

    @Option(help: "The event type.")
    var type: String

    @Option(help: "The data, as a JSON object.")
    var data: String = "{}"

    func run() {
      patchbay.run { settings in
        let stores = Startup.stores(settings)
        do {
          try stores.events.callProcedure(
            user: stores.users.named(user).id, type: type, data: data)
        } catch let refused as EventStore.Refused {
          throw Refusal("\(refused.message).")
        }
        WakeSocket.wakeAll(in: settings.runDirectory)
      }
    }
  }
}
