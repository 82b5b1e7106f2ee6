package import Domain
import MariaDB

/// Forms that were taken, and values that are shown once.
package struct FormStore {
  let database: Database
  let seal: Seal

  /// Where the first submission of this form led to; nil when it is the first.
  package func location(of form: UUID, in session: Session.ID) throws -> String? {
    try database.first(
      """
      SELECT location FROM form_submissions WHERE session_id = \(session) AND form_id = \(form)
      """
    ) { row in try row.text() }
  }

  /// Keeps a value to be shown once to this session, within ten minutes.
  package func keepToShow(_ value: String, of subject: UUID, to session: Session.ID) throws {
    let place = self.place(subject, session)
    try database.execute(
      """
      REPLACE INTO shown_once (session_id, subject_id, value_sealed, expires_at)
      VALUES (\(session), \(subject), \(try seal.seal(Array(value.utf8), at: place)),
              UTC_TIMESTAMP(6) + INTERVAL 10 MINUTE)
      """)
  }

  /// Takes the value out, so that the next look finds none; nor does the first, where it is damaged.
  package func takeToShow(of subject: UUID, to session: Session.ID) throws -> String? {
    let place = self.place(subject, session)
    return try database.transaction {
      let sealed = try database.first(
        """
        SELECT value_sealed FROM shown_once
         WHERE session_id = \(session) AND subject_id = \(subject)
           AND expires_at > UTC_TIMESTAMP(6) FOR UPDATE
        """
      ) { row in try row.bytes() }
      guard let sealed else { return nil }
      try database.execute(
        "DELETE FROM shown_once WHERE session_id = \(session) AND subject_id = \(subject)")
      do {
        return String(decoding: try seal.open(sealed, at: place), as: UTF8.self)
      } catch SealError.changedOrMoved {
        // The page says how to get another one.
        return nil
      }
    }
  }

  private func place(_ subject: UUID, _ session: Session.ID) -> SealedPlace {
    SealedPlace(
      table: "shown_once", column: "value_sealed", row: subject, user: session.rawValue)
  }
}
