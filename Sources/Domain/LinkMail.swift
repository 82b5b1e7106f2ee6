/// The words of an e-mail that brings a one-time link. Plain text.
package struct LinkMail: Sendable {
  let kind: OneTimeLink.Kind
  /// In full, with its token.
  let address: String

  package init(kind: OneTimeLink.Kind, address: String) {
    self.kind = kind
    self.address = address
  }

  /// One line.
  package var subject: String {
    switch kind {
    case .invitation: "Your invitation to Patchbay"
    case .reset: "Set a new password for Patchbay"
    }
  }

  package var body: String {
    switch kind {
    case .invitation:
      """
      An administrator has made an account for this address. Choose a password within 7 days:

      \(address)

      The link works once. If you expected no invitation, do nothing: without a password nobody can
      sign in.

      """
    case .reset:
      """
      Somebody asked for a new password for this address. Choose it within 30 minutes:

      \(address)

      The link works once. If it was not you, do nothing: your password stays as it is.

      """
    }
  }
}
