package import Domain
import MariaDB

// Since when a provider refuses our client id or secret. Which client it was is compared: somebody may
// have entered another meanwhile.
extension AppStore {
  /// The first refusal counts, until the client is accepted or another is entered.
  package func noteRefusal(of app: AppID, clientID: String, word: String) throws {
    try database.execute(
      """
      UPDATE apps SET refused_since = UTC_TIMESTAMP(6), refused_word = \(word)
       WHERE id = \(app.rawValue) AND client_id = \(clientID) AND refused_since IS NULL
      """)
  }

  package func noteAcceptance(of app: AppID, clientID: String) throws {
    // Read first: hardly ever is there anything to write, and a read waits for nobody.
    let isRefused = try database.first(
      "SELECT refused_since IS NOT NULL FROM apps WHERE id = \(app.rawValue)"
    ) { row in try row.bool() }
    guard isRefused == true else { return }
    try database.execute(
      """
      UPDATE apps SET refused_since = NULL, refused_word = NULL
       WHERE id = \(app.rawValue) AND client_id = \(clientID)
      """)
  }
}
