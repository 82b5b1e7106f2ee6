import Domain

/// What stands in an app's way, or has changed, and what to do about it.
struct AppNotices {
  let shell: Shell
  let app: ConfiguredApp
  let connection: Connection?
  let note: AppNote?
  let refusal: AppPage.Refusal?

  private var name: String { app.app.name }
  private var state: AppState { AppState(app, connection) }

  func render() -> HTML { "\(notice)\(gained)" }

  /// What came of asking the provider, where that is no good news.
  var ofCheck: HTML {
    let check = "\(name) did not answer"
    if let refusal {
      switch refusal {
      case .busy:
        return Notice(
          tone: .warn, title: "Not checked",
          text: "Many people are connecting apps just now. Try again."
        ).render()
      case .tooMany(let seconds):
        return Notice(
          tone: .warn, title: "Not checked",
          text: "Too many tries. Try again in \(Words.count(seconds, "second"))."
        ).render()
      }
    }
    switch (note, connection) {
    case (.notChecked, .some):
      return Notice(
        tone: .warn, title: "\(check), so we could not check",
        text: "Nothing has changed: the connection stays as it is. Try again in a while."
      ).render()
    case (.keysRefused, .some):
      return Notice(
        tone: .bad, title: "\(name) did not accept the keys",
        text: "Somebody may have deleted or changed them there. Replace them below."
      ).render()
    default: return HTML()
    }
  }

  private var notice: HTML {
    switch state {
    case .notSetUp, .off:
      return Notice(
        tone: .info,
        title: state == .off ? "\(name) is not available" : "\(name) is not set up yet",
        text: setUpWords,
        action: shell.isAdministrator
          ? "<a class=\"button plain\" href=\"\(shell.links(.admin(.app(app.id))))\">Set up</a>"
          : nil
      ).render()
    case .needsReconnect: return broken
    case .limited: return limited
    case .needsChecking:
      return Notice(
        tone: .warn, title: "The keys are saved, and nobody has checked them",
        text: """
          \(name) did not answer when they were saved. Press Check now to see whether it accepts them.
          """
      ).render()
    case .needsSite:
      return Notice(
        tone: .warn, title: "Choose the \(name) site to work with",
        text: """
          The access that you gave covers more than one. Until you choose, nothing can be exchanged.
          """,
        action: """
          <a class="button primary" href="\(shell.links(.appSite(app.id)))">Choose a site</a>
          """
      ).render()
    case .notConnected, .connected: return HTML()
    }
  }

  private var setUpWords: HTML {
    switch (state, shell.isAdministrator) {
    case (.off, true): "New connections are switched off. Who has connected it keeps it."
    case (.off, false): "An administrator has switched new connections off."
    case (_, true): "Enter \(Brand.name)’s client details, and people can connect it."
    case (_, false): "Ask an administrator to set it up."
    }
  }

  private var broken: HTML {
    guard let connection, case .needsReconnect(let since, let reason) = connection.status else {
      return HTML()
    }
    let time = TimeText(moment: since, form: .minute, now: shell.now).html
    let (title, text): (HTML, HTML) =
      switch connection.reconnectReason {
      case .permissionRevoked:
        (
          "Connect \(name) again, with fewer permissions",
          """
          To take a permission back, the whole access had to be given back on \(time). Nothing can be \
          exchanged until you reconnect.
          """
        )
      case .damaged:
        (
          "Our copy of the access to \(name) is damaged",
          """
          On \(time) we could not read what we keep to reach \(name), and stopped using it. That is our \
          fault, not yours or \(name)’s. Nothing can be exchanged until you reconnect.
          """
        )
      case nil:
        (
          "\(name) stopped accepting our access on \(time)",
          """
          Usually somebody removed \(Brand.name) in \(name), or changed a password. Nothing can be \
          exchanged until you reconnect. <span class="sub">Its answer: <code>\(reason)</code></span>
          """
        )
      }
    return Notice(
      tone: .warn, title: title, text: text,
      action: ConnectForm(
        shell: shell, app: app.app, verb: "Reconnect", style: "primary", namesApp: true,
        scopes: connection.wantedOptional(of: app.app)
      ).render()
    ).render()
  }

  private var limited: HTML {
    guard let connection else { return HTML() }
    let missing = connection.missingScopes.map { app.meaning(of: $0) }
    let lost = connection.lostScopes
    let change: HTML? = lost.last.map {
      """
      On \(TimeText(moment: $0.since, form: .minute, now: shell.now).html) \(name) renewed our \
      access without \(lost.map { "“\(app.meaning(of: $0.name))”" }.joined(separator: ", ")), which you \
      had given.
      """
    }
    return Notice(
      tone: .warn,
      title: change != nil
        ? "Permissions changed at \(name)"
        : missing.count == 1
          ? "One permission was not given" : "\(missing.count) permissions were not given",
      text: """
        \(change) What needs \(missing.map { "“\($0)”" }.joined(separator: ", ")) does not work.
        """,
      action: app.app.provider?.letsChoose == true
        ? ConnectForm(
          shell: shell, app: app.app, verb: "Give the rest", style: "primary",
          scopes: connection.wantedOptional(of: app.app)
        ).render() : nil
    ).render()
  }

  /// What came by itself is told for a week; the table goes on to say since when.
  private var gained: HTML {
    let scopes = (connection?.status == .connected ? connection?.gainedScopes ?? [] : [])
      .filter { shell.now < $0.since.advanced(bySeconds: 7 * 86_400) }
    guard let last = scopes.last else { return HTML() }
    let names = scopes.map { "“\(app.meaning(of: $0.name))”" }.joined(separator: ", ")
    return Notice(
      tone: .info, title: "Permissions changed at \(name)",
      text: """
        Since \(TimeText(moment: last.since, form: .minute, now: shell.now).html) \(name) also lets us use \
        \(names). Whether we asked for it or not: you can take back what you don’t want.
        """
    ).render()
  }
}
