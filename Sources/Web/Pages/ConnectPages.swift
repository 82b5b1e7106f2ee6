import Domain

/// Stands between us and the provider, so that a form of ours never leads elsewhere.
struct HopPage {
  let shell: Shell
  let app: App
  let destination: String

  func render() -> HTML {
    Frame(
      title: "Going to \(app.name)", section: .apps,
      content: """
        <div class="outcome">
        <h1>Taking you to \(app.name)</h1>
        <p class="lede">You will sign in there. \(Brand.name) never sees your password.</p>
        <p class="buttons"><a class="button primary" href="\(destination)" \
        rel="external noreferrer">Continue to \(app.name)</a> \
        <a class="button quiet" href="\(shell.links(.app(app.id)))">Cancel</a></p>
        </div>
        """
    ).render(in: shell)
  }
}

/// How an authorization stands, in words.
struct ConnectWords {
  let app: App
  let request: ConnectRequest
  let now: Timestamp

  private var isOver: Bool { request.expiresAt <= now }

  var outcome: ConnectOutcome? {
    if case .ended(let outcome, _) = request.state { outcome } else { nil }
  }

  var stateWord: String {
    switch request.state {
    case .waiting: isOver ? "ended" : "waiting"
    case .returned: isOver ? "ended" : "returned"
    // Its window goes on to ask.
    case .ended(.chooseSite, _): "choosing"
    case .ended: "ended"
    }
  }

  var heading: String {
    let name = app.name
    switch request.state {
    case .waiting where isOver, .returned where isOver: return "This connection attempt has ended"
    case .waiting: return "\(name) is waiting for you"
    case .returned: return "Finishing with \(name)"
    case .ended(let outcome, _):
      return switch outcome {
      case .connected: "\(name) is connected"
      case .limited: "\(name) is connected, with limits"
      case .otherAccount: "That’s a different \(name) account"
      case .chooseSite: "\(name) asks which site to use"
      case .noSite: "There is no \(name) site to connect"
      case .kept: "\(name) stays as it was"
      case .denied: "You chose not to connect \(name)"
      case .needsAdmin: "\(name) needs an administrator’s approval"
      case .accountRefused: "\(name) does not let this account connect"
      case .embeddedBrowser: "\(name) does not sign people in here"
      case .providerTrouble: "\(name) could not finish connecting"
      case .unreadable: "We could not read \(name)’s answer"
      case .misconfigured: "Connecting \(name) is not set up correctly"
      case .codeExpired, .overtaken: "This connection attempt has ended"
      case .wrongIssuer: "That answer did not come from \(name)"
      }
    }
  }

  var text: String {
    let name = app.name
    switch request.state {
    case .waiting where isOver, .returned where isOver, .ended(.codeExpired, _):
      return "For safety each attempt works once, for 10 minutes."
    case .waiting: return "Finish in \(name), in the window that opened or in this tab."
    case .returned: return "This takes a few seconds."
    case .ended(let outcome, let detail):
      return switch outcome {
      case .connected: "\(detail ?? "")"
      case .limited: "\(detail ?? ""). You did not give everything that was asked for."
      case .otherAccount: "Nothing is changed until you choose."
      case .chooseSite: "It is connected, and waits for your choice."
      case .noSite:
        "\(detail ?? "This account") can open no \(name) site. Ask who runs your site to let you in, "
          + "or connect with another account. Nothing was kept."
      case .kept: "The other account was not connected."
      case .denied: "Nothing was changed."
      case .needsAdmin:
        "Your organisation at \(name) asks an administrator to approve apps. Once that is done, "
          + "connect again. Nothing was changed."
      case .accountRefused:
        "\(Brand.name) may be connected there with the accounts of one organisation alone. Connect "
          + "again and choose another account, or ask an administrator of \(Brand.name)."
      case .embeddedBrowser:
        "It refuses windows inside other programs. Open \(Brand.name) in a browser, and connect there."
      case .providerTrouble: "This is usually temporary. Nothing was changed."
      case .unreadable, .wrongIssuer: "Nothing was changed, and nothing was kept."
      case .misconfigured:
        "An administrator needs to check \(Brand.name)’s client details. Nothing was changed."
      case .overtaken: "\(name) was disconnected meanwhile, so what it sent was not kept."
      case .codeExpired: ""
      }
    }
  }

  /// The provider's word or ours, for who is asked for help.
  var detail: String? {
    guard case .ended(let outcome, let detail) = request.state else { return nil }
    return switch outcome {
    case .needsAdmin, .accountRefused, .embeddedBrowser, .providerTrouble, .unreadable,
      .misconfigured, .codeExpired, .denied:
      detail
    case .connected, .limited, .otherAccount, .chooseSite, .noSite, .kept, .wrongIssuer, .overtaken:
      nil
    }
  }
}

/// What came of an authorization, in the window or the tab that was at the provider.
struct ConnectResultPage {
  let shell: Shell
  let app: ConfiguredApp
  let request: ConnectRequest
  let connection: Connection?

  private var words: ConnectWords {
    ConnectWords(app: app.app, request: request, now: shell.now)
  }

  func render() -> HTML {
    Frame(
      title: words.heading, section: .apps,
      content: """
        <div class="outcome" data-connect-result="\(request.id.description)" data-state="\(words.stateWord)" \
        data-outcome="\(words.outcome?.rawValue ?? "")">
        <h1 tabindex="-1">\(words.heading)</h1>
        <p class="lede">\(text)</p>
        \(note)\(details)
        <div class="buttons">\(actions)</div>
        </div>
        """
    ).render(in: shell)
  }

  private var text: HTML {
    guard words.outcome == .otherAccount, let connection else { return HTML(words.text) }
    var new = ""
    if case .ended(_, let detail) = request.state { new = detail ?? "" }
    return "Before: \(connection.account.name). Now: \(new). \(words.text)"
  }

  /// What a person passes on to whoever has to agree there.
  private var note: HTML {
    guard words.outcome == .needsAdmin, let clientID = app.clientID else { return HTML() }
    let name = app.app.name
    let page = app.app.provider?.adminConsent(
      clientID: clientID, redirectURI: request.redirectURI)
    let text = """
      Please approve \(Brand.name) for our organisation at \(name), so that I can connect it. Its \
      client ID there is \(clientID).
      """
    return """
      <section class="card" aria-labelledby="note-title"><div class="part">
      <h2 id="note-title">A note for your administrator there</h2>
      <p id="note" class="passed-on">\(page.map { "\(text)\nYou can do so here: \($0)" } ?? text)</p>
      <p class="buttons">\(CodeBlock.copyButton(of: "note", "note"))</p></div></section>

      """
  }

  private var details: HTML {
    guard let detail = words.detail else { return HTML() }
    return """
      <details class="sub"><summary>Technical details</summary>
      <p><code>\(detail)</code>, attempt <code>\(request.id.description)</code></p></details>
      """
  }

  private var back: HTML {
    "<a class=\"button quiet\" href=\"\(shell.links(.apps()))\">Back to apps</a>"
  }

  private var again: HTML {
    ConnectForm(
      shell: shell, app: app.app, verb: "Connect", style: "primary", namesApp: true,
      scopes: request.scopes.filter { app.app.provider?.scope(named: $0)?.isRequired == false }
    ).render()
  }

  private var settings: HTML {
    """
    <a class="button primary" href="\(shell.links(.app(app.id)))">Go to \(app.app.name) \
    settings</a>
    """
  }

  private var actions: HTML {
    switch request.state {
    case .waiting where request.expiresAt > shell.now:
      return """
        <a class="button primary" href="\(shell.links(.connect(request.id, .go)))">Continue to \
        \(app.app.name)</a> \(back)
        """
    case .returned where request.expiresAt > shell.now:
      return """
        <a class="button primary" href="\(shell.links(.connect(request.id)))">Check again</a>
        """
    case .waiting, .returned: return again + back
    case .ended(let outcome, _):
      switch outcome {
      case .connected, .limited, .kept, .chooseSite: return settings + back
      case .otherAccount: return choice
      case .needsAdmin, .misconfigured, .embeddedBrowser:
        return "<a class=\"button plain\" href=\"\(shell.links(.apps()))\">Back to apps</a>"
      default: return again + back
      }
    }
  }

  private var choice: HTML {
    """
    <form method="post" action="\(shell.links(.connect(request.id, .choose)))">\
    \(shell.tokenField)<button class="button primary" name="account" value="new">Switch to the new \
    account</button> <button class="button plain" name="account" value="old">Keep \
    \(connection?.account.name ?? "what was there")</button></form>
    """
  }
}

/// Where an administrator is sent who has agreed at a provider for an organisation.
struct ConnectApprovedPage {
  let shell: Shell
  let app: App

  func render() -> HTML {
    let heading = "\(app.name) was approved"
    return Frame(
      title: heading, section: .apps,
      content: """
        <div class="outcome">
        <h1>\(heading)</h1>
        <p class="lede">The people of that organisation can connect it now.</p>
        <div class="buttons">\(ConnectForm(
          shell: shell, app: app, style: "primary", namesApp: true).render())
        <a class="button quiet" href="\(shell.links(.apps()))">Back to apps</a></div>
        </div>
        """
    ).render(in: shell)
  }
}

/// An answer that belongs to no attempt of this session.
struct ConnectEndedPage {
  let shell: Shell
  let app: App
  /// It is somebody else's, or another browser's.
  let isOfAnother: Bool

  func render() -> HTML {
    let heading =
      isOfAnother
      ? "This attempt was started somewhere else" : "This connection attempt has ended"
    return Frame(
      title: heading, section: .apps,
      content: """
        <div class="outcome">
        <h1>\(heading)</h1>
        <p class="lede">\(isOfAnother
          ? "It was begun by another person, in another browser, or for another app. Nothing was changed."
          : "For safety each attempt works once, for 10 minutes. Nothing was changed.")</p>
        <div class="buttons">\(ConnectForm(
          shell: shell, app: app, style: "primary", namesApp: true).render())
        <a class="button quiet" href="\(shell.links(.apps()))">Back to apps</a></div>
        </div>
        """
    ).render(in: shell)
  }
}
