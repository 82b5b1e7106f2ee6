import Domain

/// Asks whether a connection is to end, and says what comes of it there and here.
struct DisconnectPage {
  let shell: Shell
  let app: App
  let connection: Connection
  /// Names of the person's other apps that live by the same grant.
  let sharing: [String]
  /// Whose it is, where an administrator disconnects it for them.
  var owner: User?

  func render() -> HTML {
    let ofOwner = owner.map { " of \($0.email)" } ?? ""
    return ConfirmPage(
      shell: shell, section: owner == nil ? .apps : .adminUsers, back: back,
      title: "Disconnect \(app.name)\(ofOwner)?",
      text: """
        \(Brand.name) will no longer be able to use \(connection.account.name). \(atProvider)
        """,
      action: action, keep: "Keep \(app.name)", button: "Disconnect \(app.name)",
      busy: "Disconnecting…"
    ).render()
  }

  private var back: (String, String) {
    owner.map { (shell.links(.admin(.users(.user($0.id)))), $0.email) }
      ?? (shell.links(.app(app.id)), app.name)
  }

  private var action: Route {
    owner.map { .admin(.users(.disconnect(app.id, of: $0.id))) } ?? .disconnectApp(app.id)
  }

  private var atProvider: String {
    let name = app.name
    if !sharing.isEmpty {
      return """
        \(sharing.joined(separator: " and ")) \(sharing.count == 1 ? "uses" : "use") the same access, \
        so it stays there until the last of them is disconnected.
        """
    }
    guard let provider = app.provider else {
      return "Our copy of the keys is deleted; to end them, take them back at \(name)."
    }
    if connection.reconnectReason == .damaged {
      return """
        Our copy of the access is damaged, so we cannot ask \(name) to cancel it; afterwards you see where \
        you can.
        """
    }
    if provider.addresses.revocation == nil {
      return """
        Our copy of the access is deleted. \(name) has no way for us to cancel it there; afterwards \
        you see where you can.
        """
    }
    if let leftover = provider.leftover {
      return "We also ask \(name) to cancel the access it gave us. \(leftover)"
    }
    return provider.sharedGrant == nil
      ? "We also ask \(name) to cancel the access it gave us."
      : "We also ask \(name) to cancel all access this account gave to \(Brand.name)."
  }
}

/// Asks whether one permission is to be taken back.
struct RevokePermissionPage {
  let shell: Shell
  let app: App
  let scope: String
  let meaning: String
  let removal: Provider.ScopeRemoval

  func render() -> HTML {
    ConfirmPage(
      shell: shell, section: .apps, back: (shell.links(.app(app.id)), app.name),
      title: "Revoke “\(meaning)”?",
      text: "\(Brand.name) stops using it at once. \(atProvider)",
      fields: "<input type=\"hidden\" name=\"scope\" value=\"\(scope)\">",
      action: .revokePermission(app.id), keep: "Keep it", button: "Revoke \(meaning)",
      busy: "Revoking…"
    ).render()
  }

  private var atProvider: String {
    let name = app.name
    return switch removal {
    case .narrowsGrant: "\(name) then narrows the access it gave us."
    case .connectAgain:
      """
      \(name) cannot take back one permission alone: the whole access is given back, and you connect \
      \(name) again with the rest.
      """
    case .localOnly, .atProvider:
      "\(name) goes on listing it until you remove \(Brand.name) there."
    }
  }
}
