import Curl
package import Domain

/// Hands e-mail to the operator's mail server. Where that is, the operator says; the address guard does
/// not judge it.
package struct MailSender: Sendable {
  private let server: MailServer
  package let from: EmailAddress

  package init(server: MailServer, from: EmailAddress) {
    self.server = server
    self.from = from
  }

  private static let timeoutMilliseconds = 20_000

  /// - Returns: Why it was not taken, in a few words without any of its text; nil where it was.
  package func send(_ message: MailMessage) throws -> String? {
    let transfer = MailTransfer(
      url: server.address, user: server.user, password: server.password, from: from.text,
      to: message.to.text, message: message.bytes,
      // On this machine nobody can listen in between, and few servers there have a certificate.
      requiresTLS: server.scheme == .smtps || !server.isLoopback,
      timeoutMilliseconds: Self.timeoutMilliseconds)
    let result = try transfer.perform()
    if result.code == .ok { return nil }
    return "\(result.code)" + (result.status > 0 ? ", the server said \(result.status)" : "")
  }
}
