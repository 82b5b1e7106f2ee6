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
        \(banner)\(notices.ofCheck)\(PageHead(
          back: (shell.links(.apps()), "Connected apps"),
          heading: "\(AppTile(app: app.app).html)<span>\(name)</span>", tag: state.tag,
          lede: HTML(app.app.purpose), actions: actions
        ).render())
        \(notices.render())\(facts)\(permissions)\(ended)
        """
    ).render(in: shell)
  }

  private var notices: AppNotices {
    AppNotices(shell: shell, app: app, connection: connection, note: note, refusal: refusal)
  }

  private var permissions: HTML {
    AppPermissions(shell: shell, app: app, connection: connection).render()
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
