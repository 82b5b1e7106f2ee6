import Domain
import Store

/// One app: what it may do, whose account it is, whether it works.
struct AppPage {
  let shell: Shell
  let app: ConfiguredApp
  let connection: Connection?
  /// How the last connection's grant was taken back.
  var lastEnd: RevocationReport?
  /// What has just been done.
  var note: AppNote?
  /// Why the provider was not asked whether it works.
  var refusal: Refusal?

  enum Refusal {
    case busy
    case tooMany(Int)
  }

  private var name: String { app.app.name }
  private var state: AppState { AppState(app, connection) }

  func render() -> HTML {
    Frame(
      title: name, section: .apps, subject: connection?.id.rawValue,
      content: """
        \(banner)\(checkNotice)\(PageHead(
          back: (shell.links(.apps()), "Connected apps"),
          heading: "\(AppTile(app: app.app).html)<span>\(name)</span>", tag: state.tag,
          lede: HTML(app.app.purpose), actions: actions
        ).render())
        \(notice)\(gained)\(facts)\(app.app.provider == nil ? keys : permissions)\(ended)
        """
    ).render(in: shell)
  }

  private var banner: HTML {
    switch (note, connection) {
    case (.connected, .some): Banner(sentence: "\(name) is connected").render()
    case (.permissionRevoked, .some):
      Banner(sentence: "The permission is taken back: \(Brand.name) uses it no longer").render()
    case (.works, .some) where state != .needsReconnect:
      Banner(sentence: "Checked just now: \(name) accepts our access").render()
    case (.siteChosen, .some(let connection)) where connection.site != nil:
      Banner(sentence: "\(Brand.name) works with \(connection.site ?? "")").render()
    case (.disconnected, nil): Banner(sentence: "\(name) is disconnected").render()
    default: HTML()
    }
  }

  /// What came of asking the provider, where that is no good news.
  private var checkNotice: HTML {
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

  private var actions: HTML? {
    guard let connection else { return nil }
    let check: HTML =
      connection.status == .connected
      ? """
      <form method="post" action="\(shell.links(.checkApp(app.id)))" data-busy="Checking…">\
      \(shell.tokenField)<button class="button plain">Check now</button></form>
      """ : HTML()
    return """
      \(check)<a class="button plain danger-quiet" href="\(shell.links(.disconnectApp(app.id)))" \
      data-confirm-link>Disconnect \(name)</a>
      """
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
    let missing = connection.missingScopes.map { meaning(of: $0) }
    let lost = connection.lostScopes
    let change: HTML? = lost.last.map {
      """
      On \(TimeText(moment: $0.since, form: .minute, now: shell.now).html) \(name) renewed our \
      access without \(lost.map { "“\(meaning(of: $0.name))”" }.joined(separator: ", ")), which you \
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
    let names = scopes.map { "“\(meaning(of: $0.name))”" }.joined(separator: ", ")
    return Notice(
      tone: .info, title: "Permissions changed at \(name)",
      text: """
        Since \(TimeText(moment: last.since, form: .minute, now: shell.now).html) \(name) also lets us use \
        \(names). Whether we asked for it or not: you can take back what you don’t want.
        """
    ).render()
  }

  private var facts: HTML {
    guard let connection else { return HTML() }
    func time(_ moment: Timestamp) -> HTML {
      TimeText(moment: moment, form: .minute, now: shell.now).html
    }
    return """
      <dl class="card key">
      <div class="grow"><dt>Account</dt><dd>\(connection.account.name)</dd></div>\(site(connection))
      <div><dt>Connected</dt><dd>\(time(connection.connectedAt))</dd></div>
      <div><dt>Last used</dt><dd>\(connection.lastUsedAt.map(time) ?? "Not yet")</dd></div>
      <div><dt>Access renews</dt><dd>\(renewal(connection))</dd></div>
      </dl>
      """
  }

  private func site(_ connection: Connection) -> HTML {
    guard app.app.provider?.sites != nil, let site = connection.site else { return HTML() }
    let other: HTML =
      connection.status == .connected
      ? "<br><a href=\"\(shell.links(.appSite(app.id)))\">Choose another site</a>" : HTML()
    return "<div class=\"grow\"><dt>Site</dt><dd>\(site)\(other)</dd></div>"
  }

  private func renewal(_ connection: Connection) -> HTML {
    switch (connection.status, connection.accessExpiresAt) {
    case (.needsReconnect, _): "When you reconnect"
    case (.connected, .some): "By itself"
    case (.connected, nil): "Not needed"
    }
  }

  private var keys: HTML {
    guard let form = app.app.credentialForm else { return HTML() }
    let button: HTML =
      connection == nil
      ? (app.availability == .ready
        ? ConnectForm(shell: shell, app: app.app, style: "primary", namesApp: true).render()
        : HTML())
      : """
      <a class="button plain" href="\(shell.links(.credentials(app.id)))">Replace the keys</a>
      """
    return """
      <section class="card" aria-labelledby="can"><div class="part">
      <h2 id="can">What \(Brand.name) \(connection == nil ? "will be able to do" : "can do") in \
      \(name)</h2>
      <p>\(form.meaning).</p><p class="sub">It can be changed in \(name) alone.</p></div>
      <div class="part foot">\(button)</div></section>
      """
  }

  private var permissions: HTML {
    guard let provider = app.app.provider else { return HTML() }
    return connection.map { table($0, provider) } ?? choice(provider)
  }

  /// What it will be able to do, with boxes for what is not needed.
  private func choice(_ provider: Provider) -> HTML {
    let isReady = app.availability == .ready
    let rows = provider.scopes.map { scope -> HTML in
      if scope.isRequired || !provider.letsChoose || !isReady {
        let condition = provider.letsChoose ? "optional" : "as set at \(name)"
        let note: HTML =
          scope.isRequired ? HTML() : " <span class=\"sub\">(\(condition))</span>"
        return """
          <li class="permission">\(Icon.check)<span>\(scope.meaning)\(note)</span></li>

          """
      }
      let id = "scope-\(scope.name.idText)"
      return """
        <li class="permission"><input type="checkbox" id="\(id)" name="scope" \
        value="\(scope.name)"><label for="\(id)">\(scope.meaning) <span class="sub">(optional)\
        </span></label></li>

        """
    }
    return """
      <form class="card" method="post" action="\(shell.links(.connectApp(app.id)))" \
      data-connect="\(app.id.rawValue)" data-name="\(name)">\(shell.tokenField)
      <div class="part"><h2>What \(Brand.name) will be able to do in \(name)</h2>
      <ul class="plain permissions">
      \(rows)</ul>
      <p class="sub">You sign in at \(name) and confirm it there. \(Brand.name) never sees your \
      password.</p></div>
      \(isReady ? "<div class=\"part foot\"><button class=\"button primary\">Connect \(name)</button></div>" : HTML())
      </form>
      """
  }

  private func table(_ connection: Connection, _ provider: Provider) -> HTML {
    let order: [Connection.Scope.State] = [.missing, .granted, .denied]
    let scopes = order.flatMap { state in connection.scopes.filter { $0.state == state } }
    return """
      <section class="card table permissions-table" aria-labelledby="can">
      <div class="bar"><h2 id="can">What \(Brand.name) can do in \(name)</h2></div>
      <table role="table">
      <caption class="unseen">Permissions</caption>
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Permission</th>\
      <th role="columnheader" scope="col">State</th>\
      <th role="columnheader" scope="col">Since</th>\
      <th role="columnheader" scope="col"><span class="unseen">Action</span></th></tr></thead>
      <tbody role="rowgroup">
      \(scopes.map { row($0, connection, provider) })
      </tbody></table>
      <p class="note">\(removalWords(provider))</p>
      </section>
      """
  }

  private func row(
    _ scope: Connection.Scope, _ connection: Connection, _ provider: Provider
  ) -> HTML {
    let tag =
      switch scope.state {
      case .granted: Tag(tone: .ok, icon: .check, word: "Given")
      case .missing:
        Tag(
          tone: .warn, icon: .cross,
          word: scope.since > connection.connectedAt ? "No longer given" : "Not given")
      case .denied: Tag(tone: .neutral, icon: .minus, word: "Taken back")
      }
    let known = app.allScopes.first { $0.name == scope.name }
    let action: HTML =
      switch (scope.state, known?.isRequired ?? false) {
      case (.granted, true): "<span class=\"sub\">Needed</span>"
      case (.granted, false)
      where connection.status == .connected && provider.removal != .atProvider:
        """
        <a class="button plain small" href="\(shell.links(
          .revokePermission(app.id, scope: scope.name)))" data-confirm-link>Revoke\
        <span class="unseen"> \(meaning(of: scope.name))</span></a>
        """
      default: HTML()
      }
    return """
      <tr role="row"><th role="rowheader" scope="row">\(meaning(of: scope.name))\
      <span class="sub"><code>\(scope.name)</code></span></th>
      <td role="cell" data-label="State">\(tag.inList)</td>
      <td role="cell" data-label="Since">\(TimeText(
        moment: scope.since, form: .minute, now: shell.now).html)</td>
      <td role="cell" data-label="Action">\(action)</td></tr>

      """
  }

  private func removalWords(_ provider: Provider) -> HTML {
    switch provider.removal {
    case .narrowsGrant: "A permission can be taken back alone; \(name) then narrows our access."
    case .connectAgain:
      "\(name) cannot take one permission back alone: the access is given back, and you reconnect."
    case .localOnly:
      "\(name) goes on listing what you gave; we stop using what you take back."
    case .atProvider: "Permissions are chosen in \(name): all or nothing from here."
    }
  }

  private func meaning(of scope: String) -> String {
    app.allScopes.first { $0.name == scope }?.meaning ?? scope
  }

  private var ended: HTML {
    guard connection == nil, let lastEnd else { return HTML() }
    return """
      <section class="card" aria-labelledby="ended"><div class="part">
      <h2 id="ended">The last connection</h2>
      <p>\(lastEnd.accountName), ended \
      \(TimeText(moment: lastEnd.at, form: .minute, now: shell.now).html).</p>
      <p>\(RevocationWords(app: app.app).sentence(lastEnd.outcome))</p>
      \(RevocationWords(app: app.app).link)</div></section>
      """
  }
}

extension String {
  /// For an element's id.
  var idText: String {
    String(
      utf8.map { byte in
        let isPlain =
          (byte >= 0x61 && byte <= 0x7A) || (byte >= 0x41 && byte <= 0x5A)
          || (byte >= 0x30 && byte <= 0x39)
        return isPlain ? Character(Unicode.Scalar(byte)) : "-"
      })
  }
}
