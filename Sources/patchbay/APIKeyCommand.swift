import ArgumentParser
import Domain
import Launch
import Store

struct APIKeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "api-key", abstract: "Makes and revokes API keys.",
    subcommands: [Create.self, Revoke.self])

  struct Create: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a key and prints it; it is shown this once.")

    @Option(help: "The user it acts for, by e-mail address or id.")
    var user: String?

    @Flag(help: "A service key, which acts for the user named in each call.")
    var service = false

    @Option(help: "What it is for.")
    var name: String

    @Option(help: "all, or a comma list such as events:write,webhooks:read.")
    var scopes: String = "all"

    @Option(help: "When it ends, such as 90d; without it, never.")
    var expires: String?

    func validate() throws {
      guard (user == nil) == service else {
        throw ValidationError("Name a --user, or make a --service key.")
      }
      if let problem = WebhookName.problem(name) { throw ValidationError("--name: \(problem)") }
    }

    func run() {
      patchbay.run { settings in
        let stores = Startup.stores(settings)
        let owner = try user.map { try stores.users.named($0).id }
        var expiry: Timestamp?
        if let expires {
          guard let length = Interval(expires), length > .zero else {
            throw Refusal("--expires is a number and s, m, h or d.", code: .usage)
          }
          expiry = currentTime().advanced(by: length)
        }
        let key = try stores.apiKeys.create(
          for: owner, name: name, scopes: try chosenScopes(), expiresAt: expiry, by: .command)
        print(key.text)
      }
    }

    private func chosenScopes() throws -> Set<APIScope> {
      if scopes == "all" {
        return Set(APIScope.allCases).subtracting(service ? [] : [.metrics])
      }
      return Set(
        try scopes.split(separator: ",").map { word in
          guard let scope = APIScope(rawValue: String(word)) else {
            let all = APIScope.allCases.map(\.rawValue).joined(separator: ", ")
            throw Refusal("--scopes: there is no \(word). There are: \(all).", code: .usage)
          }
          return scope
        })
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Ends a key at once.")

    @Argument(help: "The key, or its first eleven characters.")
    var key: String

    func run() {
      patchbay.run { settings in
        do {
          try Startup.stores(settings).apiKeys.revoke(prefix: String(key.prefix(11)), by: .command)
        } catch StoreError.notFound {
          throw Refusal("There is no such key, or it is revoked already.")
        } catch StoreError.duplicate {
          throw Refusal("Several keys begin so. Give the whole key.")
        }
      }
    }
  }
}
