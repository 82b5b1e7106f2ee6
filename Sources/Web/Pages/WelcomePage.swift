import Domain

/// Sets a password by a one-time link. Its title and its words never hold the token.
struct WelcomePage {
  let site: Site
  let token: String
  let kind: OneTimeLink.Kind
  let email: String
  /// For the field `csrf`.
  var formToken = ""
  var errors: [FieldError] = []

  func render() -> HTML {
    let errors = FormErrors(list: errors)
    let title = kind == .invitation ? "Welcome to \(Brand.name)" : "Set a new password"
    return Frame(
      title: title, hasErrors: !errors.list.isEmpty,
      content: """
        \(errors.summary)
        <h1>\(title)</h1>
        <p class="lede">Choose a password for \(email).</p>
        <form method="post" action="\(site.links(.welcome(token)))" novalidate data-busy="Saving…">
        \(Shell.tokenField(formToken))
        <input type="hidden" name="email" value="\(email)" autocomplete="username">
        \(NewPasswordField.render(label: "New password", errors, style: .full))
        <button class="button primary wide">Set password</button>
        </form>
        """
    ).renderAlone(on: site)
  }
}

/// A new password, with what it has to be.
enum NewPasswordField {
  static func render(label: String, _ errors: FormErrors, style: TextField.Style) -> HTML {
    TextField(
      name: "password", label: label,
      hint: "At least \(Password.lengthRange.lowerBound) characters. Several words are best.",
      attributes: " type=\"password\" autocomplete=\"new-password\" required",
      button: """
        <button type="button" class="button plain" data-reveal="password" aria-pressed="false" \
        aria-controls="password" hidden>\(Icon.eye)<span>Show</span>\
        <span class="unseen"> password</span></button>
        """, style: style
    ).render(errors)
  }
}

/// Instead, where a link opens nothing: used, too old or unknown. Which, it does not say.
struct LinkOverPage {
  let site: Site

  func render() -> HTML {
    Frame(
      title: "This link has ended",
      content: """
        <h1>This link has ended</h1>
        <p class="lede">Each link works once and for a short time only, and a newer one ends those \
        before it. If you have set your password already, sign in.</p>
        <p class="buttons"><a class="button primary" href="\(site.links(.signIn()))">Sign in</a> \
        <a class="button quiet" href="\(site.links(.forgotten))">Get a new link</a></p>
        """
    ).renderAlone(on: site)
  }
}

/// Asks for a mail with a link that sets a new password.
struct ForgottenPage {
  let site: Site
  /// False: there is no mail server.
  let isMailed: Bool
  var formToken = ""
  var email = ""
  var errors: [FieldError] = []
  var secondsToWait: Int?

  func render() -> HTML {
    let errors = FormErrors(list: allErrors)
    return Frame(
      title: "Forgotten password", hasErrors: !errors.list.isEmpty,
      content: """
        \(errors.summary)
        <h1>Forgotten your password?</h1>
        \(isMailed ? form(errors) : ask)
        <p class="after"><a href="\(site.links(.signIn()))">Back to sign-in</a></p>
        """
    ).renderAlone(on: site)
  }

  private var ask: HTML {
    """
    <p class="lede">Ask an administrator for a link by which you set a new one. We can’t send email \
    from here.</p>
    """
  }

  private func form(_ errors: FormErrors) -> HTML {
    """
    <p class="lede">We send a link to your address, good for 30 minutes.</p>
    <form method="post" action="\(site.links(.forgotten))" novalidate data-busy="Sending…">
    \(Shell.tokenField(formToken))
    \(TextField(
      name: "email", label: "Email address", value: email,
      attributes: """
         type="email" autocomplete="username" required spellcheck="false" autocapitalize="none"
        """, style: .full
    ).render(errors))
    <button class="button primary wide">Send the link</button>
    </form>
    """
  }

  private var allErrors: [FieldError] {
    guard let secondsToWait else { return errors }
    let wait = Words.count((max(secondsToWait, 1) + 59) / 60, "minute")
    return [FieldError("email", "Too many tries. Wait \(wait), then try again")]
  }
}
