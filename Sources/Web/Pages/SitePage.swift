import Domain

/// Asks which of the sites that a grant reaches is to be worked with.
struct SitePage {
  enum Trouble {
    case busy
    case tooMany(Int)
    case noAnswer
  }

  let shell: Shell
  let app: App
  let connection: Connection
  /// The authorization that led here.
  let attempt: ConnectRequest.ID?
  /// As the provider lists them now.
  var sites: [ProviderSite] = []
  /// Its id; nil: what is worked with, if anything.
  var chosen: String?
  var errors: [FieldError] = []
  /// Why there is no list.
  var trouble: Trouble?

  private var address: String { shell.links(.appSite(app.id)) }

  private var formErrors: FormErrors {
    FormErrors(
      list: errors, targets: ["site": sites.first.map { Self.fieldID($0) } ?? "site"])
  }

  func render() -> HTML {
    let heading = "Choose a \(app.name) site"
    return Frame(
      title: heading, hasErrors: !errors.isEmpty, section: .apps, subject: connection.id.rawValue,
      content: """
        \(PageHead(
          back: (shell.links(.app(app.id)), app.name), errors: formErrors,
          heading: HTML(heading), lede: lede
        ).render())
        \(content)
        """
    ).render(in: shell)
  }

  private var lede: HTML? {
    guard trouble == nil, !sites.isEmpty else { return nil }
    return sites.count == 1
      ? "\(connection.account.name) gives access to one site."
      : """
      \(connection.account.name) gives access to \(Words.count(sites.count, "site")). \
      \(Brand.name) works with one of them.
      """
  }

  private var content: HTML {
    if let trouble { return notice(trouble) }
    return sites.isEmpty ? none : list
  }

  private var list: HTML {
    """
    <form class="card" method="post" action="\(address)" data-busy="Saving…">\(shell.tokenField)\
    \(attemptField)
    <div class="part"><fieldset class="field"><legend class="unseen">Site</legend>\
    \(formErrors.message(for: "site"))
    <ul class="plain permissions">
    \(sites.map(row))</ul></fieldset></div>
    <div class="part foot"><button class="button primary">Use this site</button> \
    <a class="button quiet" href="\(shell.links(.app(app.id)))">\
    \(connection.apiOrigin == nil ? "Not now" : "Keep \(connection.site ?? "what is there")")</a>\
    </div></form>
    """
  }

  private func row(_ site: ProviderSite) -> HTML {
    let isChosen =
      chosen.map { $0 == site.id } ?? (site.apiOrigin == connection.apiOrigin || sites.count == 1)
    let id = Self.fieldID(site)
    return """
      <li class="permission site"><input type="radio" id="\(id)" name="site" value="\(site.id)"\
      \(HTML.flag("checked", when: isChosen))\(formErrors.ties(for: "site", hasHint: false))>\
      <label for="\(id)">\(site.name)\
      \(site.address.isEmpty ? HTML() : " <span class=\"sub\">\(site.address)</span>")\
      </label></li>

      """
  }

  private static func fieldID(_ site: ProviderSite) -> String { "site-\(site.id)" }

  private var attemptField: HTML {
    attempt.map { "<input type=\"hidden\" name=\"attempt\" value=\"\($0.description)\">" }
      ?? HTML()
  }

  private var none: HTML {
    Notice(
      tone: .warn, title: "This account reaches no \(app.name) site any more",
      text: """
        Ask who runs your site at \(app.name) to let you in, or connect \(app.name) again with an \
        account that has one.
        """,
      action: ConnectForm(
        shell: shell, app: app, verb: "Reconnect", style: "primary", namesApp: true,
        scopes: connection.wantedOptional(of: app)
      ).render()
    ).render()
  }

  /// What was chosen goes along, so that trying again is one press.
  private func notice(_ trouble: Trouble) -> HTML {
    let text: HTML =
      switch trouble {
      case .busy: "Many people are connecting apps just now."
      case .tooMany(let seconds): "Too many tries. Wait \(Words.count(seconds, "second"))."
      case .noAnswer: "\(app.name) did not answer. Nothing has changed."
      }
    return Notice(
      tone: .warn, title: "The sites could not be read", text: text,
      action: """
        <form method="\(chosen == nil ? "get" : "post")" action="\(address)">\
        \(chosen.map { site in
          """
          \(shell.tokenField)<input type="hidden" name="site" value="\(site)">
          """
        })\(attemptField)<button class="button plain">Try again</button></form>
        """
    ).render()
  }
}
