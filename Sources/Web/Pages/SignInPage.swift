/// The way in, for those whom we sign in ourselves.
struct SignInPage {
  let site: Site
  /// For the field `csrf`.
  let formToken: String
  /// The note in the address.
  var note: Route.SignInNote?
  /// Where to go afterwards: sent along as `next`.
  var next: Route?
  var email = ""
  var errors: [FieldError] = []
  /// Tries came too fast; this many seconds until the next one is looked at.
  var secondsToWait: Int?

  /// Says never which of the two it was.
  static let wrongDetails = [
    FieldError("email", "Email address or password is not right")
  ]

  /// Fields: `email`, `password`, `next`, `csrf`.
  func render() -> HTML {
    let errors = FormErrors(list: allErrors)
    return Frame(
      title: "Sign in", hasErrors: !errors.list.isEmpty,
      content: """
        \(banner)\(errors.summary)
        <h1>Sign in</h1>
        \(next?.name.map { "<p class=\"lede\">To continue to \($0)</p>" })
        <form method="post" action="\(site.links(.signIn()))" novalidate data-busy="Signing in…">
        \(Shell.tokenField(formToken))
        \(next.map { "<input type=\"hidden\" name=\"next\" value=\"\(site.links($0))\">" })
        \(emailField.render(errors))
        \(passwordField.render(errors))
        <button class="button primary wide">Sign in</button>
        </form>
        <p class="after"><a href="\(site.links(.forgotten))">Forgotten your password?</a></p>
        """
    ).renderAlone(on: site)
  }

  private var allErrors: [FieldError] {
    guard let secondsToWait else { return errors }
    let wait = Words.count((max(secondsToWait, 1) + 59) / 60, "minute")
    return [FieldError("email", "Too many tries. Wait \(wait), then try again.")]
  }

  private var banner: HTML {
    switch note {
    case .signedOut: Notice(tone: .ok, title: "You’re signed out.").render()
    case .expired:
      Notice(
        tone: .info,
        title: "You were signed out after 12 hours without activity. Sign in to carry on."
      ).render()
    case .passwordSet:
      Notice(tone: .ok, title: "Your password is set. Sign in with it.").render()
    case .resetAsked:
      Notice(
        tone: .info, title: "Look into your mail",
        text:
          "If there is an account with that address, a link to set a new password is on its way."
      ).render()
    case nil: HTML()
    }
  }

  private var emailField: TextField {
    TextField(
      name: "email", label: "Email address", value: email,
      attributes: """
         type="email" autocomplete="username" required spellcheck="false" autocapitalize="none"
        """, style: .full)
  }

  private var passwordField: TextField {
    TextField(
      name: "password", label: "Password",
      attributes: " type=\"password\" autocomplete=\"current-password\" required",
      button: """
        <button type="button" class="button plain" data-reveal="password" aria-pressed="false" \
        aria-controls="password" hidden>\(Icon.eye)<span>Show</span>\
        <span class="unseen"> password</span></button>
        """, style: .full)
  }
}

extension Route {
  /// What a page is called, where it has one name for everybody.
  fileprivate var name: String? {
    switch self {
    case .webhooks, .webhookList, .webhook, .editWebhook, .webhookActive, .webhookEvents,
      .deleteWebhook,
      .webhookSecret, .rotateSecret, .endOverlap, .delivery:
      "Webhooks"
    case .retryDelivery, .deliveryFile, .test, .testResult, .retryMany, .retryJob, .stopRetryJob:
      "Webhooks"
    case .checkSignature: "Check a signature"
    case .newWebhook, .checkAddress: "Add webhook"
    case .attention: "Needs attention"
    case .apiKeys, .apiKey, .revokeAPIKey: "API keys"
    case .newAPIKey: "Create key"
    case .apps, .app, .connectApp, .callback, .revokePermission, .disconnectApp, .credentials,
      .checkApp, .appSite, .connect:
      "Connected apps"
    case .admin: "Administration"
    case .account: "Your account"
    case .activity: "Your activity"
    case .events, .event: "Events"
    case .root, .signIn, .signOut, .forgotten, .welcome, .newerDeliveries, .healthz, .metrics,
      .api:
      nil
    }
  }
}
