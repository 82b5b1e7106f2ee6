package import Domain
import MariaDB

/// A mail that this worker alone hands over, for two minutes.
package struct DueMail: Sendable {
  package let id: UUID
  /// nil: its user is disabled or deleted, or has an address that is none.
  package let to: EmailAddress?
  package let subject: String
  package fileprivate(set) var body: String
  package let createdAt: Timestamp
  /// This one included.
  package let tries: Int
}

/// E-mails to users, until they are handed over or given up.
package struct MailStore {
  let database: Database
  let seal: Seal

  /// Who claimed one and died leaves it to the next after this.
  private static let leaseSeconds = 120
  /// A mail that is older is given up: what it tells has been seen elsewhere by then.
  private static let giveUpSeconds = 86_400

  /// Claims the next one that is due; nil when there is none, or another worker was faster.
  package func claim() throws -> DueMail? {
    let found = try database.first(
      """
      SELECT m.id, IF(u.status = 'active' AND u.deleted_at IS NULL, u.email, NULL), m.subject, m.body,
             m.created_at, m.tries, m.due_at, m.body_sealed, m.user_id
        FROM mails AS m FORCE INDEX (by_due) JOIN users AS u ON u.id = m.user_id
       WHERE m.due_at <= UTC_TIMESTAMP(6) ORDER BY m.due_at LIMIT 1
      """
    ) { row in
      (
        mail: DueMail(
          id: try row.uuid(), to: try row.optionalText().flatMap { EmailAddress($0) },
          subject: try row.text(), body: try row.text(), createdAt: try row.timestamp(),
          tries: try row.int() + 1),
        due: try row.timestamp(), sealed: try row.optionalBytes(), user: try row.id(User.self)
      )
    }
    guard var found else { return nil }
    let changed = try database.execute(
      """
      UPDATE mails
         SET tries = tries + 1, due_at = UTC_TIMESTAMP(6) + INTERVAL \(Self.leaseSeconds) SECOND
       WHERE id = \(found.mail.id) AND due_at = \(found.due)
      """)
    guard changed == 1 else { return nil }
    if let sealed = found.sealed {
      found.mail.body = String(
        decoding: try seal.open(sealed, at: .mail(found.mail.id, of: found.user)), as: UTF8.self)
    }
    return found.mail
  }

  package func sent(_ mail: DueMail) throws {
    try database.execute(
      """
      UPDATE mails SET sent_at = UTC_TIMESTAMP(6), due_at = NULL, error = NULL, body_sealed = NULL
       WHERE id = \(mail.id)
      """)
  }

  /// Tried again after a minute, two, four, up to an hour; after a day it is given up.
  package func failed(_ mail: DueMail, error: String) throws {
    let wait = min(60 << min(mail.tries - 1, 6), 3_600)
    try database.execute(
      """
      UPDATE mails
         SET error = \(String(error.prefix(200))),
             due_at = IF(created_at < UTC_TIMESTAMP(6) - INTERVAL \(Self.giveUpSeconds) SECOND, NULL,
                         UTC_TIMESTAMP(6) + INTERVAL \(wait) SECOND),
             body_sealed = IF(due_at IS NULL, NULL, body_sealed)
       WHERE id = \(mail.id)
      """)
  }

  /// Nobody is to get it any more.
  package func drop(_ mail: DueMail) throws {
    try database.execute(
      """
      UPDATE mails SET due_at = NULL, error = 'the user is gone', body_sealed = NULL
       WHERE id = \(mail.id)
      """)
  }
}

extension SealedPlace {
  static func mail(_ id: UUID, of user: User.ID) -> SealedPlace {
    SealedPlace(table: "mails", column: "body_sealed", row: id, user: user.rawValue)
  }
}
