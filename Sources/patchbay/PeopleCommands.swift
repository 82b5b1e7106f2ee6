import ArgumentParser
import Configuration
import Domain
import Launch
import Store

// What administrators do on pages, by the same rules.
extension UserCommand {
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Prints people: address, id, role and state, parted by tabs.")

    @Option(help: "user or administrator.")
    var role: String?

    @Option(help: "active, invited or disabled.")
    var state: String?

    @Option(help: "What the address begins with.")
    var prefix: String = ""

    func validate() throws {
      if let role, User.Role(rawValue: role) == nil {
        throw ValidationError("--role is user or administrator.")
      }
      if let state, User.State(rawValue: state) == nil {
        throw ValidationError("--state is active, invited or disabled.")
      }
    }

    func run() {
      patchbay.run { settings in
        let users = Startup.stores(settings).users
        let filter = UserFilter(
          role: role.flatMap(User.Role.init(rawValue:)),
          state: state.flatMap(User.State.init(rawValue:)), prefix: prefix)
        var place = ListPlace<String>.first
        while true {
          let page = try users.page(filter, from: place, limit: 500)
          for each in page.items {
            print(
              "\(each.user.email)\t\(each.user.id)\t\(each.user.role.rawValue)"
                + "\t\(each.state.rawValue)")
          }
          guard page.hasLater, let last = page.items.last else { return }
          place = .after(last.user.email)
        }
      }
    }
  }

  struct Invite: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Adds a user who sets a password by a link.",
      discussion:
        "The link is mailed where PATCHBAY_SMTP_URL is set, else printed: give it to that "
        + "person alone. It works once, within 7 days.")

    @Argument(help: "The e-mail address.")
    var email: String

    @Option(help: "user or administrator.")
    var role: String = "user"

    @Flag(help: "Print the link although it could be mailed.")
    var print = false

    func run() {
      patchbay.run { settings in
        guard let address = EmailAddress(email) else { throw Refusal("\(EmailAddress.mend).") }
        let delivery = try LinkDelivery(settings, prints: self.print)
        do {
          let (_, token) = try delivery.links.invite(
            address, role: UserCommand.role(role), mailing: delivery.mailing, by: .command)
          delivery.tell(token, to: address.text)
        } catch StoreError.duplicate {
          throw Refusal("There is a user with this e-mail address already.")
        }
      }
    }
  }

  struct Role: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Changes what a user may do.")

    @Argument(help: "The e-mail address or the id.")
    var user: String

    @Argument(help: "user or administrator.")
    var role: String

    func run() {
      patchbay.run { settings in
        let users = Startup.stores(settings).users
        let role = try UserCommand.role(role)
        let found = try users.named(user)
        do {
          try UserCommand.keepingAnAdministrator {
            try users.setRole(role, was: found.role, of: found.id, by: .command)
          }
        } catch StoreError.versionConflict {
          throw Refusal("Somebody changed the role just now. Look again.", code: .tryAgainLater)
        }
      }
    }
  }

  struct ResetPassword: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a link by which a user sets a new password.",
      discussion: "The link is mailed where PATCHBAY_SMTP_URL is set, else printed. It works once, "
        + "within 30 minutes; an invitation's within 7 days. The old password holds until then.")

    @Argument(help: "The e-mail address or the id.")
    var user: String

    @Flag(help: "Print the link although it could be mailed.")
    var print = false

    func run() {
      patchbay.run { settings in
        let delivery = try LinkDelivery(settings, prints: self.print)
        let found = try Startup.stores(settings).users.named(user)
        do {
          let token = try delivery.links.renew(
            for: found.id, mailing: delivery.mailing, by: .command)
          delivery.tell(token, to: found.email)
        } catch StoreError.notFound {
          throw Refusal("\(found.email) is disabled. Enable the user first.")
        }
      }
    }
  }

  struct SignOut: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends every session of a user.")

    @Argument(help: "The e-mail address or the id.")
    var user: String

    func run() {
      patchbay.run { settings in
        let stores = Startup.stores(settings)
        try stores.sessions.endAll(
          of: stores.users.named(user).id, keeping: nil, by: .command)
      }
    }
  }

  static func keepingAnAdministrator(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch StoreError.lastAdministrator {
      throw Refusal("This is the last active administrator. Make another one first.")
    }
  }

  private static func role(_ word: String) throws -> User.Role {
    guard let role = User.Role(rawValue: word) else {
      throw Refusal("The role is user or administrator.", code: .usage)
    }
    return role
  }
}
