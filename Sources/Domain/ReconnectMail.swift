/// The words of an e-mail about a connection that its provider accepts no longer. Plain text.
package struct ReconnectMail: Sendable {
  let app: AppID
  let appName: String
  let accountName: String
  let since: Timestamp
  /// The public URL with the prefix, for a link; nil where it is not known.
  let base: String?

  package init(
    app: AppID, appName: String, accountName: String, since: Timestamp, base: String?
  ) {
    self.app = app
    self.appName = appName
    self.accountName = accountName
    self.since = since
    self.base = base
  }

  /// One line: the name is an administrator's or the catalog's.
  package var subject: String { "\(appName.oneLine) needs reconnecting" }

  package var body: String {
    let link = base.map { "\n\($0)/apps/\(app)\n" } ?? ""
    return """
      \(appName.oneLine) stopped accepting our access on \(since.minuteText). Usually somebody removed \
      it there, or changed a password. Nothing is exchanged until you reconnect.

      App: \(appName.oneLine)
      Account: \(accountName.oneLine)
      \(link)
      You get this mail because the connection is yours.

      """
  }
}
