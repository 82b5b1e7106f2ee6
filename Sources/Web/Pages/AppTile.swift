import Domain

/// Two letters on a colour, in place of a trademark. The name is always beside it.
struct AppTile {
  let app: App

  var html: HTML {
    """
    <svg class="tile" width="40" height="40" viewBox="0 0 40 40" aria-hidden="true">\
    <rect x=".5" y=".5" width="39" height="39" rx="9.5" fill="\(app.colour)"/>\
    <text x="20" y="26" text-anchor="middle" fill="\(ink)">\(app.letters)</text></svg>
    """
  }

  /// White or nearly black, whichever is told better from the tile.
  var ink: String {
    let light = Self.luminance(app.colour)
    let (white, dark) = (1.05 / (light + 0.05), (light + 0.05) / (Self.luminance("#11151A") + 0.05))
    return white >= 4.5 || white >= dark ? "#FFFFFF" : "#11151A"
  }

  /// Relative luminance of `#rrggbb`. Source: WCAG 2.2, definition of relative luminance; its curve
  /// is drawn near enough by a square.
  private static func luminance(_ colour: String) -> Double {
    guard let bytes = Hex.decode(colour.dropFirst()), bytes.count == 3 else { return 0 }
    let parts = bytes.map { byte -> Double in
      let value = Double(byte) / 255
      return value * value * (0.8 + 0.2 * value)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}

/// How a user stands with an app, in one word.
enum AppState: Equatable {
  case notConnected, connected, limited, needsChecking, needsSite, needsReconnect, notSetUp, off

  init(_ app: ConfiguredApp, _ connection: Connection?) {
    switch (connection?.status, app.availability) {
    case (.connected?, _):
      self =
        connection?.isUnchecked == true
        ? .needsChecking
        : connection?.lacksSite(of: app.app.provider) == true
          ? .needsSite : connection?.isLimited == true ? .limited : .connected
    case (.needsReconnect?, .ready): self = .needsReconnect
    case (nil, .ready): self = .notConnected
    case (_, .notSetUp): self = .notSetUp
    case (_, .off): self = .off
    }
  }

  var tag: Tag {
    switch self {
    case .notConnected: Tag(tone: .neutral, icon: .dot, word: "Not connected")
    case .connected: Tag(tone: .ok, icon: .check, word: "Connected")
    case .limited: Tag(tone: .warn, icon: .half, word: "Limited")
    case .needsChecking: Tag(tone: .warn, icon: .half, word: "Needs checking")
    case .needsSite: Tag(tone: .warn, icon: .half, word: "Choose a site")
    case .needsReconnect: Tag(tone: .warn, icon: .warning, word: "Needs reconnecting")
    case .notSetUp: Tag(tone: .neutral, icon: .minus, word: "Not set up yet")
    case .off: Tag(tone: .neutral, icon: .minus, word: "Not available")
    }
  }
}

/// The form that begins to connect an app. The script opens the provider in a window of its own.
struct ConnectForm {
  let shell: Shell
  let app: App
  /// "Connect", "Reconnect".
  var verb = "Connect"
  /// Of the button.
  var style = "plain small"
  /// Says the app's name too, for who sees it alone.
  var namesApp = false
  /// Permissions to be asked for besides the required ones.
  var scopes: [String] = []

  func render() -> HTML {
    if app.credentialForm != nil {
      return """
        <form method="get" action="\(shell.links(.credentials(app.id)))">\(button)</form>
        """
    }
    return """
      <form method="post" action="\(shell.links(.connectApp(app.id)))" data-connect="\(app.id.rawValue)" \
      data-name="\(app.name)">\(shell.tokenField)\
      \(scopes.map { "<input type=\"hidden\" name=\"scope\" value=\"\($0)\">" })\(button)</form>
      """
  }

  private var button: HTML {
    let name: HTML = namesApp ? " \(app.name)" : "<span class=\"unseen\"> \(app.name)</span>"
    return "<button class=\"button \(style)\">\(verb)\(name)</button>"
  }
}
