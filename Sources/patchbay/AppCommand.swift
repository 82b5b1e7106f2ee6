import ArgumentParser
import Domain
import Launch
import Store

struct AppCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "app", abstract: "Says by which client apps are connected.",
    subcommands: [Import.self])

  struct Import: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reads clients and addresses of apps from a JSON file.",
      discussion: """
        An object with a member for each app, by its id: {"github": {"client_id": …,
        "client_secret": …, "authorization_url": …, "token_url": …, "revocation_url": …,
        "identity_url": …, "issuer": …}}. Mixpanel and Amplitude take "verification_url" alone.
        What is left out or null is as in the catalog; apps that are not in it are passed over.
        """)

    @Argument(help: "The file; - is standard input.")
    var file: String

    func run() {
      patchbay.run { settings in
        guard let apps = try? JSONValue(Startup.readArgument(file)).object() else {
          throw Refusal("\(file == "-" ? "Standard input" : file) holds no JSON object.")
        }
        let (ring, _) = try keyRing(settings)
        let stores = Stores(Startup.database(settings), seal: Seal(ring))
        var count = 0
        for member in apps.members {
          guard let id = AppID(rawValue: member.name), AppCatalog.app(id) != nil else { continue }
          guard let about = try? member.value.object() else {
            throw Refusal("\(member.name) is no JSON object.")
          }
          try stores.apps.change(id, to: AppChange(about), by: .command)
          count += 1
        }
        print("\(count) apps")
      }
    }
  }
}

extension AppChange {
  fileprivate init(_ about: JSONObject) {
    self.init()
    isEnabled = true
    clientID = about.text(at: ["client_id"])
    clientSecret = about.text(at: ["client_secret"])
    issuer = about.text(at: ["issuer"])
    addresses = ConfiguredApp.Addresses(
      authorization: about.text(at: ["authorization_url"]), token: about.text(at: ["token_url"]),
      revocation: about.text(at: ["revocation_url"]),
      identity: about.text(at: ["identity_url"]) ?? about.text(at: ["verification_url"]))
  }
}
