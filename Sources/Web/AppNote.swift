/// What the page of an app says once, by a word in its address; only where it is true.
enum AppNote: String {
  case connected
  case disconnected
  case permissionRevoked = "permission-revoked"
  /// Asked just now, the provider accepted the connection.
  case works
  /// It did not, which the page says itself.
  case checked
  case notChecked = "not-checked"
  case keysRefused = "keys-refused"
  case siteChosen = "site-chosen"
}

extension Context {
  var appNote: AppNote? { query["note"].flatMap(AppNote.init(rawValue:)) }
}

extension Links {
  func callAsFunction(_ route: Route, note: AppNote) -> String {
    self(route) + "?note=" + note.rawValue
  }
}
