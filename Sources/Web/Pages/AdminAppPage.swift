import Domain
import Engine
import Store

/// One app's set-up: our client there, its permissions and addresses.
struct AdminAppPage {
  let shell: Shell
  var app: ConfiguredApp
  /// To be pasted at the provider.
  let redirectURI: String
  let tally: AppTally
  /// When everybody was last disconnected.
  var endedAll: EndedAll?
  var answers: Answers
  var errors: [FieldError] = []
  var isSaved = false
  /// Somebody else has changed it meanwhile.
  var isStale = false
  var verdict: Providers.SetupVerdict?
  /// Another client ID was entered, and people are connected by the one that is there.
  var asksAboutClient = false
  /// It was switched off, and people are connected.
  var asksAboutOff = false

  var changesClient: Bool {
    guard let clientID = app.clientID, !tally.connections.isNone, !answers.clientID.isEmpty else {
      return false
    }
    return clientID != answers.clientID
  }

  var switchesOff: Bool {
    app.isEnabled && !answers.isEnabled && !tally.connections.isNone
  }

  private var name: String { app.app.name }

  func render() -> HTML {
    let formErrors = FormErrors(list: errors)
    return Frame(
      title: "\(name) set-up", hasErrors: !errors.isEmpty, section: .adminApps,
      content: """
        \(notices)\(PageHead(
          back: (shell.links(.admin(.apps)), "Apps"), errors: formErrors,
          heading: HTML(name), tag: SetupState(app).tag,
          lede: "\(tally.words)"
        ).render())
        <form class="card" method="post" action="\(shell.links(.admin(.app(app.id))))" novalidate>
        \(shell.tokenField)<input type="hidden" name="version" value="\(app.version)">
        <div class="part"><p class="check"><input type="checkbox" id="enabled" name="enabled" \
        value="on"\(HTML.flag("checked", when: answers.isEnabled))> <label for="enabled">People can \
        connect it</label></p></div>\(offQuestion(formErrors))
        \(app.app.provider.map { client($0, formErrors) })\(clientQuestion(formErrors))
        <div class="part foot"><button class="button primary">Save</button></div>
        </form>
        \(test)\(danger)
        """
    ).render(in: shell)
  }

  /// Switching it off is asked about once the box was unticked.
  private func offQuestion(_ errors: FormErrors) -> HTML {
    guard asksAboutOff else { return HTML() }
    let people = Words.count(tally.connections, "person", "people")
    return """
      <div class="part"><h2>Stop new \(name) connections?</h2>
      <p>Nobody can connect \(name) then. The access of \(people) who connected it keeps working.</p>
      <div class="field">\(errors.message(for: "off"))<p class="check"><input type="checkbox" \
      id="off" name="off" value="on"\(errors.ties(for: "off", hasHint: false))> \
      <label for="off">Stop new connections</label></p></div></div>
      """
  }

  /// Changing the client ID is asked about once it was entered.
  private func clientQuestion(_ errors: FormErrors) -> HTML {
    guard asksAboutClient else { return HTML() }
    let people = Words.count(tally.connections, "person", "people").capitalizingFirst
    return """
      <div class="part"><h2>Change the client ID?</h2>
      <p>\(people) will need to reconnect: \(name) renews what it gave only for the client it gave \
      it to.</p>
      <div class="field">\(errors.message(for: "understood"))<p class="check"><input type="checkbox" \
      id="understood" name="understood" value="on"\(errors.ties(for: "understood", hasHint: false))> \
      <label for="understood">I understand</label></p></div></div>
      """
  }

  private var danger: HTML {
    guard !tally.connections.isNone else { return HTML() }
    return """
      <section class="card" aria-labelledby="end-all"><div class="part"><h2 id="end-all">Disconnect \
      everyone</h2>
      <p>Ends \(Words.count(tally.connections, "connection", "connections")) of \(name), here and at \(name).</p></div>
      <div class="part foot"><a class="button plain danger-quiet" \
      href="\(shell.links(.admin(.endApp(app.id))))" data-confirm-link>Disconnect everyone\
      <span class="unseen"> from \(name)</span></a></div>
      </section>
      """
  }

  private var notices: HTML {
    var html = HTML()
    if let endedAll {
      html += EndedAllWords(app: app.app, ended: endedAll, now: shell.now).notice
    }
    if let refusal = app.refusal {
      let failing = tally.failing.isNone ? "" : ": \(tally.failing.phrase) failing"
      html += Notice(
        tone: .bad,
        title: """
          \(name) has refused our details since \
          \(TimeText(moment: refusal.since, form: .minute, now: shell.now).html)\(failing)
          """,
        text: """
          Nobody has to reconnect, but nothing is renewed until the client ID and secret are right again. \
          <span class="sub">Its answer: <code>\(refusal.word)</code></span>
          """,
        action: "<a class=\"button plain\" href=\"#client_secret\">Replace the secret</a>"
      ).render()
    } else if !tally.failing.isNone {
      html += Notice(
        tone: .warn,
        title:
          "\(tally.failing.phrase.capitalizingFirst) of \(name) failing",
        text: "They are tried again by themselves. If it lasts, test the configuration below."
      ).render()
    }
    if isSaved { html += Banner(sentence: "\(name)’s details are saved").render() }
    if isStale {
      html += Notice(
        tone: .warn, title: "Somebody changed this in the meantime",
        text: "Nothing was saved. Load the page anew and make your change again."
      ).render()
    }
    if let verdict { html += Self.words(verdict, name: name, redirectURI: redirectURI) }
    return html
  }

  private func client(_ provider: Provider, _ errors: FormErrors) -> HTML {
    let hint =
      app.secretLastFour.map { "Leave empty to keep the one ending in \($0)" }
      ?? "It is stored encrypted and never shown again"
    let base = app.isOwn ? nil : AppCatalog.app(app.id)?.provider?.addresses
    func url(
      _ field: String, _ label: String, _ value: String?, _ standard: String?,
      isOptional: Bool = true
    ) -> HTML {
      TextField(
        name: field, label: label + (isOptional ? " (optional)" : ""),
        hint: standard.map { "Empty: \($0)" }, value: value ?? "",
        attributes: " type=\"url\" autocomplete=\"off\" spellcheck=\"false\"", style: .code
      ).render(errors)
    }
    return """
      <div class="part"><h2>Client</h2>
      <div class="field"><label for="redirect">Redirect URI, to be entered at \(name)</label>\
      <div class="row"><input class="full code mono" id="redirect" value="\(redirectURI)" readonly \
      data-select>\(CodeBlock.copyButton(of: "redirect", "redirect URI"))</div></div>
      \(TextField(
        name: "client_id", label: "Client ID", value: answers.clientID,
        attributes: " type=\"text\" autocomplete=\"off\" spellcheck=\"false\"", style: .code
      ).render(errors))
      \(TextField(
        name: "client_secret", label: "Client secret", hint: hint,
        attributes: " type=\"password\" autocomplete=\"new-password\"").render(errors))
      \(app.isOwn
        ? ClientAuthenticationField(
          chosen: answers.clientAuthentication ?? provider.clientAuthentication
        ).render() : HTML())
      </div>
      \(scopes)
      <div class="part"><h2>Addresses</h2>
      \(url("authorization_url", "Authorization URL", answers.addresses.authorization, base?.authorization, isOptional: !app.isOwn))
      \(url("token_url", "Token URL", answers.addresses.token, base?.token, isOptional: !app.isOwn))
      \(url("revocation_url", "Revocation URL", answers.addresses.revocation, base?.revocation))
      \(url("identity_url", "User info URL", answers.addresses.identity, base?.identity))
      \(url("issuer", "Issuer", answers.issuer, nil))
      </div>
      """
  }

  private var scopes: HTML {
    guard app.app.provider?.letsChoose == true, !app.allScopes.isEmpty else { return HTML() }
    return """
      <fieldset class="part"><legend>Permissions offered</legend>
      <ul class="plain permissions">
      \(app.allScopes.map { scope -> HTML in
        if scope.isRequired || app.isOwn {
          return """
            <li class="permission">\(Icon.check)<span>\(scope.meaning) <code>\(scope.name)</code> \
            <span class="sub">(needed)</span></span></li>

            """
        }
        let id = "scope-\(scope.name.idText)"
        return """
          <li class="permission"><input type="checkbox" id="\(id)" name="scopes" \
          value="\(scope.name)"\(HTML.flag("checked", when: answers.offered.contains(scope.name)))>\
          <label for="\(id)">\(scope.meaning) <code>\(scope.name)</code></label></li>

          """
      })</ul></fieldset>
      """
  }

  private var test: HTML {
    guard app.app.provider != nil, app.availability != .notSetUp else { return HTML() }
    return """
      <form class="card" method="post" action="\(shell.links(.admin(.tryApp(app.id))))">\(shell.tokenField)
      <div class="part"><h2>Does \(name) accept this?</h2>
      <p>We ask \(name) to exchange a code that cannot be good, and see what it complains of. \
      Nothing is connected by it.</p></div>
      <div class="part foot"><button class="button plain">Test configuration</button></div></form>
      """
  }

  private static func words(
    _ verdict: Providers.SetupVerdict, name: String, redirectURI: String
  ) -> HTML {
    switch verdict {
    case .accepted:
      Notice(tone: .ok, title: "\(name) accepts these details").render()
    case .clientRefused:
      Notice(
        tone: .bad, title: "\(name) does not accept the client ID or the secret",
        text: "Copy both again from \(name); a secret made anew ends the old one."
      ).render()
    case .redirectRefused:
      Notice(
        tone: .bad, title: "The redirect URI is not registered at \(name)",
        text: "Add there: <code>\(redirectURI)</code>"
      ).render()
    case .unreachable(let word):
      Notice(
        tone: .warn, title: "\(name) could not be asked",
        text: "The token URL did not answer (<code>\(word)</code>). Check it, or try again later."
      ).render()
    case .unknown(let word):
      Notice(
        tone: .info, title: "It can’t be told without signing in at \(name)",
        text: "It answered <code>\(word)</code>. Connect it once yourself."
      ).render()
    }
  }
}

extension BoundedCount {
  /// `3 renewals`
  fileprivate var phrase: String { Words.count(self, "renewal", "renewals") }
}
