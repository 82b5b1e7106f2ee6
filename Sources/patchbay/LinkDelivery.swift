import Configuration
import Domain
import Launch
import Store

/// How a one-time link that a command made reaches its person: by e-mail, as from a page, where there
/// is a mail server; else it is printed for whoever ran the command.
struct LinkDelivery {
  let links: LinkStore
  /// Nil: printed.
  let mailing: LinkStore.Mailing?
  private let base: String

  /// - Parameter prints: The link is wanted here although there is a mail server.
  init(_ settings: Settings, prints: Bool) throws {
    guard let base = settings.baseURL?.text else {
      throw Refusal("PATCHBAY_BASE_URL: must be set, for the link", code: .badConfiguration)
    }
    guard settings.authentication == .password else {
      throw Refusal("Where the host signs people in there are no passwords.")
    }
    self.base = base
    guard !prints, settings.smtpURL != nil, settings.mailFrom != nil else {
      links = Startup.stores(settings).links
      mailing = nil
      return
    }
    // A link waits sealed until it is handed to the mail server.
    guard settings.keyRingFile != nil else {
      throw Refusal(
        "PATCHBAY_KEYRING_FILE: must be set to mail the link; --print prints it",
        code: .badConfiguration)
    }
    let (ring, _) = try keyRing(settings)
    links = Stores(Startup.database(settings), seal: Seal(ring)).links
    mailing = { token in Self.address(of: token, base) }
  }

  /// What the command says of it.
  func tell(_ token: OneTimeLink.Token, to email: String) {
    print(mailing == nil ? Self.address(of: token, base) : "The link is mailed to \(email).")
  }

  private static func address(of token: OneTimeLink.Token, _ base: String) -> String {
    "\(base)/welcome/\(token.text)"
  }
}
