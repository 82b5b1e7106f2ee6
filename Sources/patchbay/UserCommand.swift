import ArgumentParser
import Domain
import Glibc
import Launch
import Store

struct UserCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user", abstract: "Adds people, and changes what they may do.",
    subcommands: [
      Add.self, List.self, Invite.self, Role.self, ResetPassword.self, SignOut.self, Disable.self,
      Enable.self, Delete.self,
    ])

  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a user and prints the id.",
      discussion: "Without a password file the user can sign in only where the host does it.")

    @Argument(help: "The e-mail address.")
    var email: String

    @Option(help: "A UUID that the host already knows this user by.")
    var id: String?

    @Option(help: "user or administrator.")
    var role: String = "user"

    @Option(help: "A file whose first line is the password; - for standard input.")
    var passwordFile: String?

    func run() {
      patchbay.run { settings in
        guard let address = EmailAddress(email) else { throw Refusal("\(EmailAddress.mend).") }
        guard let role = User.Role(rawValue: role) else {
          throw Refusal("--role is user or administrator.", code: .usage)
        }
        var userID: User.ID?
        if let id {
          userID = User.ID(id)
          guard userID != nil else { throw Refusal("--id is not a UUID.", code: .usage) }
        }
        let hash = try password().map {
          try PasswordHash($0, salt: randomBytes(PasswordHash.saltBytes)).text
        }
        do {
          let user = try Startup.stores(settings).users.add(
            id: userID, email: address.text, role: role, passwordHash: hash, by: .command)
          print(user.id)
        } catch StoreError.duplicate {
          throw Refusal("There is a user with this e-mail address or id already.")
        }
      }
    }

    private func password() throws -> String? {
      guard let passwordFile else { return nil }
      let bytes: [UInt8]
      do {
        bytes = try Startup.readArgument(passwordFile)
      } catch {
        throw Refusal("\(passwordFile): \(error)")
      }
      let line = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[0]
      guard let password = String(validating: line, as: UTF8.self) else {
        throw Refusal("The password is not UTF-8 text.")
      }
      if let problem = Password.problem(password) { throw Refusal("\(problem).") }
      return password
    }
  }

  struct Disable: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Signs a user out and holds their webhooks.")

    @Argument(help: "The e-mail address or the id.")
    var user: String

    func run() { UserCommand.setStatus(.disabled, of: user) }
  }

  struct Enable: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lets a user in again.")

    @Argument(help: "The e-mail address or the id.")
    var user: String

    func run() { UserCommand.setStatus(.active, of: user) }
  }

  struct Delete: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Deletes a user with everything of theirs.",
      discussion: "There is no way back. The worker removes the log within minutes.")

    @Argument(help: "The e-mail address or the id.")
    var user: String

    func run() {
      patchbay.run { settings in
        let users = Startup.stores(settings).users
        let id = try users.named(user).id
        try UserCommand.keepingAnAdministrator { try users.delete(id, by: .command) }
      }
    }
  }

  fileprivate static func setStatus(_ status: User.Status, of name: String) {
    patchbay.run { settings in
      let stores = Startup.stores(settings)
      let user = try stores.users.named(name)
      try keepingAnAdministrator {
        try stores.users.setStatus(status, of: user.id, by: .command)
      }
    }
  }
}

extension UserStore {
  /// By id or e-mail address.
  func named(_ name: String) throws -> User {
    let user = try User.ID(name).map { try find($0) } ?? find(email: name)
    guard let user else { throw Refusal("There is no user \(name).") }
    return user
  }
}
