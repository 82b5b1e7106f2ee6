package import Domain
import MariaDB

/// A form that a session may send once.
package struct FormTicket: Sendable {
  let session: Session.ID
  let form: UUID
  /// Where the first submission leads to, given the id of what it made.
  let location: @Sendable (UUID) -> String

  package init(session: Session.ID, form: UUID, location: @escaping @Sendable (UUID) -> String) {
    self.session = session
    self.form = form
    self.location = location
  }
}

extension Database {
  /// Takes the form, inside the transaction of what it does.
  /// - Throws: `StoreError.duplicate` when it was taken before.
  func take(_ ticket: FormTicket, leadingTo subject: UUID) throws {
    do throws(DatabaseError) {
      try execute(
        """
        INSERT INTO form_submissions (session_id, form_id, location, created_at)
        VALUES (\(ticket.session), \(ticket.form), \(ticket.location(subject)), UTC_TIMESTAMP(6))
        """)
    } catch {
      throw error.code == .duplicate ? StoreError.duplicate : error
    }
  }
}
