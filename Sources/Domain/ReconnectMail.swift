/// The words of an e-mail about a connection that has to be made again. Plain text.
package struct ReconnectMail: Sendable {
  let app: AppID
  let appName: String
  let accountName: String
  let since: Timestamp
  /// nil: its provider accepts our access no longer.
  let reason: ReconnectReason?
  /// The public URL with the prefix, for a link; nil where it is not known.
  let base: String?

  package init(
    app: AppID, appName: String, accountName: String, since: Timestamp,
    reason: ReconnectReason? = nil, base: String?
  ) {
    self.app = app
    self.appName = appName
    self.accountName = accountName
    self.since = since
    self.reason = reason
    self.base = base
  }

  /// One line: the name is an administrator's or the catalog's.
  package var subject: String { "\(appName.oneLine) needs reconnecting" }

  package var body: String {
    let link = base.map { "\n\($0)/apps/\(app)\n" } ?? ""
    let name = appName.oneLine
    let cause =
      reason == .damaged
      ? """
      Our copy of the access to \(name) was found damaged on \(since.minuteText). That is our fault, not \
      yours or \(name)'s.
      """
      : """
      \(name) stopped accepting our access on \(since.minuteText). Usually somebody removed it there, or \
      changed a password.
      """
    return """
      \(cause) Nothing is exchanged until you reconnect.

      App: \(name)
      Account: \(accountName.oneLine)
      \(link)
      You get this mail because the connection is yours.

      """
  }
}
