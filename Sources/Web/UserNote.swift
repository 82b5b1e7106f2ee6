/// What pages about people say once, by a word in the address.
enum UserNote: String {
  case roleSaved = "role-saved"
  case disabled, enabled
  case signedOut = "signed-out"
  case keyRevoked = "key-revoked"
  case disconnected
  case linkMailed = "link-mailed"
  case added, deleted, cancelled
  case passwordChanged = "password-changed"
  case sessionEnded = "session-ended"
  case othersEnded = "others-ended"

  var sentence: String {
    switch self {
    case .roleSaved: "The role is saved."
    case .disabled: "Disabled, and signed out everywhere."
    case .enabled: "Enabled. They can sign in again."
    case .signedOut: "Signed out everywhere."
    case .keyRevoked: "The key is revoked. It opens nothing any more."
    case .disconnected: "The app is disconnected. None of its access is handed out any more."
    case .linkMailed: "The link is on its way by email."
    case .added: "Added. They can come in as soon as the host signs them in."
    case .deleted: "Deleted. What is left of theirs is removed within minutes."
    case .cancelled: "The invitation is cancelled. Its link opens nothing any more."
    case .passwordChanged: "Your password is changed, and every other browser is signed out."
    case .sessionEnded: "That browser is signed out."
    case .othersEnded: "Every other browser is signed out."
    }
  }
}

extension Context {
  var userNote: UserNote? { query["note"].flatMap(UserNote.init(rawValue:)) }
}

extension Links {
  func callAsFunction(_ route: Route, note: UserNote) -> String {
    self(route) + "?note=" + note.rawValue
  }
}
