import Domain

/// What an app may do, or will be able to, each permission in words.
struct AppPermissions {
  let shell: Shell
  let app: ConfiguredApp
  let connection: Connection?

  private var name: String { app.app.name }

  func render() -> HTML { app.app.provider == nil ? keys : permissions }

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
        <span class="unseen"> \(app.meaning(of: scope.name))</span></a>
        """
      default: HTML()
      }
    return """
      <tr role="row"><th role="rowheader" scope="row">\(app.meaning(of: scope.name))\
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
}

extension ConfiguredApp {
  /// In people's words; by its name where nobody knows any.
  func meaning(of scope: String) -> String {
    allScopes.first { $0.name == scope }?.meaning ?? scope
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
