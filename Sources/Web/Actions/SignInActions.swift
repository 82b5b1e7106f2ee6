import Domain
import HTTPTypes
import Store

/// The way in.
struct SignInActions {
  let stores: Stores
  let settings: WebSettings
  let head: RequestHead

  /// - Parameter form: nil for the page itself.
  func respond(_ route: Route, form: Query?) throws -> Response {
    // Where the host signs people in, our page would be a second door.
    guard settings.authentication == .password else {
      return .page(
        ErrorPage(status: 404, reference: head.requestID, site: Site(settings)).render(),
        status: .notFound)
    }
    guard case .signIn(let next, let note) = route else { return .seeOther(links(.webhooks)) }
    guard let form else {
      let page = SignInPage(
        site: Site(settings), formToken: "", note: note, next: next.flatMap(destination))
      return .page(page.render())
    }
    return try submit(form)
  }

  private func submit(_ form: Query) throws -> Response {
    let email = try form.one("email") ?? ""
    let password = try form.one("password") ?? ""
    let next = try form.one("next") ?? ""
    var page = SignInPage(
      site: Site(settings), formToken: "", next: destination(next),
      email: email.trimmingSpaces)
    if page.email.isEmpty { page.errors.append(FieldError("email", "Enter your email address")) }
    if password.isEmpty { page.errors.append(FieldError("password", "Enter your password")) }
    guard page.errors.isEmpty else { return .page(page.render(), status: .unprocessableContent) }

    let signIn = SignIn(stores: stores, settings: settings, head: head)
    switch try signIn.attempt(email: page.email, password: password) {
    case .signedIn(let token):
      return .seeOther(links(page.next ?? .webhooks))
        .settingCookie(SessionCookie(isHTTPS: settings.isHTTPS).setting(token))
    case .wrongDetails:
      page.errors = SignInPage.wrongDetails
      return .page(page.render(), status: .unprocessableContent)
    case .throttled(let seconds):
      page.secondsToWait = seconds
      return .page(page.render(), status: .tooManyRequests).adding(.retryAfter, String(seconds))
    case .busy:
      page.errors = [FieldError("email", "Many people are signing in just now. Try again.")]
      return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "1")
    }
  }

  /// Where to go afterwards, if that is a page of ours that can be gone to.
  private func destination(_ address: String) -> Route? {
    switch links.route(at: address) {
    case .signIn, .signOut, .welcome, .forgotten, .healthz, .api, nil: nil
    case let route?: route
    }
  }

  private var links: Links { Links(prefix: settings.prefix, assetVersion: settings.version) }
}
