import Domain
import HTTPTypes
import Store

/// Setting a password by a one-time link, and asking for one. Nobody is signed in by it.
struct WelcomeActions {
  let stores: Stores
  let settings: WebSettings
  let head: RequestHead

  /// - Parameter form: nil for the page itself.
  func respond(_ route: Route, form: Query?) throws -> Response {
    // Where the host signs people in there are no passwords.
    guard settings.authentication == .password else { return notFound }
    switch route {
    case .welcome(let text):
      guard let token = OneTimeLink.Token(text) else { return over(.unknown) }
      return try welcome(token, form: form)
    case .forgotten: return try forgotten(form)
    default: return notFound
    }
  }

  private func welcome(_ token: OneTimeLink.Token, form: Query?) throws -> Response {
    let finding = try stores.links.find(token)
    guard case .open(let user, let link) = finding else { return over(finding) }
    var page = WelcomePage(
      site: Site(settings), token: token.text, kind: link.kind, email: user.email)
    guard let form else { return .page(page.render()) }
    let password = try form.one("password") ?? ""
    if let problem = Password.problem(password, email: user.email) {
      page.errors = [FieldError("password", problem)]
      return .page(page.render(), status: .unprocessableContent)
    }
    guard settings.hashPermits.take() else {
      page.errors = [FieldError("password", "Many people are signing in just now. Try again")]
      return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "1")
    }
    let hash: PasswordHash
    do {
      defer { settings.hashPermits.giveBack() }
      hash = try PasswordHash(password, salt: randomBytes(PasswordHash.saltBytes))
    }
    do {
      try stores.links.use(
        token, passwordHash: hash.text, from: head.remoteAddress, requestID: head.requestID)
    } catch StoreError.notFound {
      return over(.ended)
    }
    return .seeOther(links(.signIn(note: .passwordSet)))
      .settingCookie(SessionCookie(isHTTPS: settings.isHTTPS).clearing)
  }

  /// One page in the same words for every link that does not open.
  private func over(_ finding: LinkStore.Finding) -> Response {
    let page = LinkOverPage(site: Site(settings)).render()
    if case .unknown = finding { return .page(page, status: .notFound) }
    return .page(page, status: .gone)
  }

  /// Says the same whoever is named: who is known is nobody's business.
  private func forgotten(_ form: Query?) throws -> Response {
    var page = ForgottenPage(site: Site(settings), isMailed: settings.mailsLinks)
    guard let form, let mailing = settings.linkMailing else { return .page(page.render()) }
    page.email = try form.one("email")?.trimmingSpaces ?? ""
    guard let email = EmailAddress(page.email) else {
      page.errors = [FieldError("email", EmailAddress.mend)]
      return .page(page.render(), status: .unprocessableContent)
    }
    let subjects: [SignInThrottle.Subject] = [
      .resetAccount(email: email.text), .resetNetwork(SignIn.network(of: head.remoteAddress)),
    ]
    let waits = try subjects.compactMap { try stores.throttle.secondsBlocked($0) }
    if let longest = waits.max() {
      page.secondsToWait = longest
      return .page(page.render(), status: .tooManyRequests).adding(.retryAfter, String(longest))
    }
    try stores.links.request(
      email, countedAs: subjects, mailing: mailing,
      by: Actor(kind: .user, address: head.remoteAddress, requestID: head.requestID))
    settings.wakeWorkers()
    return .seeOther(links(.signIn(note: .resetAsked)))
  }

  private var notFound: Response {
    .page(
      ErrorPage(status: 404, reference: head.requestID, site: Site(settings)).render(),
      status: .notFound)
  }

  private var links: Links { Links(prefix: settings.prefix, assetVersion: settings.version) }
}
