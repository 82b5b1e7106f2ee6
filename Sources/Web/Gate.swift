import Domain
import HTTPTypes
import Store

/// Who is asking, and whether a form came from a page of ours.
struct Gate {
  let stores: Stores
  let settings: WebSettings

  enum Finding {
    case visitor(Visitor)
    case nobody(sessionHasEnded: Bool)
    /// The cookie is there twice.
    case ambiguous
  }

  func find(_ head: RequestHead) throws -> Finding {
    let cookie = SessionCookie(isHTTPS: settings.isHTTPS)
    let finding = cookie.find(in: head.header("Cookie"))
    if finding == .doubled { return .ambiguous }
    var hasEnded = false
    if case .token(let token) = finding {
      switch try stores.sessions.find(token: token) {
      case .open(let session) where try isStillThatOfHost(session, head):
        return .visitor(
          Visitor(session: session, formToken: try FormToken(cookie: token), newCookie: nil))
      case .ended: hasEnded = true
      case .open, .unknown: break
      }
    }
    if settings.authentication == .host, let email = head.hostUser,
      let address = EmailAddress(email)
    {
      return try openForHost(address.text, head, cookie)
    }
    return .nobody(sessionHasEnded: hasEnded)
  }

  /// Where the host signs in, a session is worth what nginx says now.
  private func isStillThatOfHost(_ session: Session, _ head: RequestHead) throws -> Bool {
    guard settings.authentication == .host else { return true }
    return head.hostUser.flatMap { EmailAddress($0)?.text } == session.user.email
  }

  /// The person that nginx has signed in, made on first sight; a session carries their forms.
  private func openForHost(_ email: String, _ head: RequestHead, _ cookie: SessionCookie) throws
    -> Finding
  {
    let actor = Actor(kind: .host, address: head.remoteAddress, requestID: head.requestID)
    let user = try stores.users.findOrAdd(email: email, by: actor)
    guard user.status == .active else { return .nobody(sessionHasEnded: false) }
    let (session, token) = try stores.sessions.open(
      for: user, address: head.remoteAddress, userAgent: head.header("User-Agent") ?? "",
      by: actor)
    return .visitor(
      Visitor(
        session: session, formToken: try FormToken(cookie: token),
        newCookie: cookie.setting(token)))
  }

  /// Whether a POST can only have come from a page of our own origin, as far as headers tell.
  /// A client that sends neither header is no browser, and no browser can be made to be one.
  func isOfOurOrigin(_ head: RequestHead) -> Bool {
    if let site = head.header("Sec-Fetch-Site") { return site == "same-origin" || site == "none" }
    if let origin = head.header("Origin") { return origin == settings.origin }
    return true
  }
}
