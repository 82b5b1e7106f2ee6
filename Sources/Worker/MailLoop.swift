import Domain
package import Logging
package import Outbound
package import Store

/// The thread that hands e-mail over, apart from all others: a mail server that hangs delays nothing but
/// mail.
package struct MailLoop {
  private static let pauseMilliseconds: Int64 = 1_000

  private let stores: Stores
  private let sender: MailSender
  private let isStopping: () -> Bool
  private let wait: (Int64) -> Void
  private let logger: Logger

  /// - Parameter wait: Returns after so many milliseconds, or sooner when the worker stops.
  package init(
    stores: Stores, sender: MailSender, isStopping: @escaping () -> Bool,
    wait: @escaping (Int64) -> Void, logger: Logger
  ) {
    self.stores = stores
    self.sender = sender
    self.isStopping = isStopping
    self.wait = wait
    self.logger = logger
  }

  /// Runs until the worker stops. What fails is logged, and tried again later.
  package func run() {
    repeat {
      do {
        while !isStopping(), let mail = try stores.mails.claim() { try handOver(mail) }
      } catch {
        logger.error("mail failed", metadata: ["error": "\(error)"])
      }
      wait(Self.pauseMilliseconds)
    } while !isStopping()
  }

  private func handOver(_ mail: DueMail) throws {
    guard let to = mail.to else { return try stores.mails.drop(mail) }
    let message = MailMessage(
      id: mail.id, from: sender.from, to: to, subject: mail.subject, body: mail.body,
      date: mail.createdAt)
    guard let error = try sender.send(message) else { return try stores.mails.sent(mail) }
    logger.warning("a mail was not taken", metadata: ["mail": "\(mail.id)", "error": "\(error)"])
    try stores.mails.failed(mail, error: error)
  }
}
