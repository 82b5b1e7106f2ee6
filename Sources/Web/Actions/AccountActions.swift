import Domain
import HTTPTypes
import Store

/// What people do with their own account.
struct AccountActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User { context.user }
  private var session: Session.ID { context.visitor.session.id }

  func respond(_ route: AccountRoute) throws -> Response {
    switch route {
    case .show: return .page(try page().render())
    case .password: return try changePassword()
    case .endSession: return try endSession()
    case .endOthers:
      try stores.sessions.endAll(of: user.id, keeping: session, by: context.actor)
      return .seeOther(context.links(.account(.show), note: UserNote.othersEnded))
    }
  }

  private func page() throws -> AccountPage {
    AccountPage(
      shell: try context.shell(), user: user, current: session,
      sessions: try stores.sessions.list(of: user.id),
      hasPassword: context.settings.authentication == .password, note: context.userNote)
  }

  private func endSession() throws -> Response {
    guard let id = try context.form.one("session").flatMap({ Session.ID($0) }) else {
      throw Query.Malformed()
    }
    // One's own is ended by signing out, which also forgets the cookie.
    guard id != session else { throw StoreError.notFound }
    try stores.sessions.end(id, of: user.id, by: context.actor)
    return .seeOther(context.links(.account(.show), note: UserNote.sessionEnded))
  }

  /// Asks for the old one, and is throttled as signing in is: a browser left open is no way to guess.
  private func changePassword() throws -> Response {
    guard context.settings.authentication == .password else { throw StoreError.notFound }
    var page = try page()
    let current = try context.form.one("current") ?? ""
    let new = try context.form.one("password") ?? ""
    if current.isEmpty { page.errors.append(FieldError("current", "Enter your current password")) }
    if let problem = Password.problem(new, email: user.email) {
      page.errors.append(FieldError("password", problem))
    } else if new == current {
      page.errors.append(FieldError("password", "Choose another than the current one"))
    }
    guard page.errors.isEmpty else { return .page(page.render(), status: .unprocessableContent) }

    let signIn = SignIn(stores: stores, settings: context.settings, head: context.head)
    switch try signIn.check(password: current, of: user) {
    case .right: break
    case .wrong:
      page.errors = [FieldError("current", "That is not your current password")]
      return .page(page.render(), status: .unprocessableContent)
    case .throttled(let seconds):
      let wait = Words.count((max(seconds, 1) + 59) / 60, "minute")
      page.errors = [FieldError("current", "Too many tries. Wait \(wait), then try again")]
      return .page(page.render(), status: .tooManyRequests).adding(.retryAfter, String(seconds))
    case .busy: return busy(&page)
    }
    guard context.settings.hashPermits.take() else { return busy(&page) }
    let hash: PasswordHash
    do {
      defer { context.settings.hashPermits.giveBack() }
      hash = try PasswordHash(new, salt: randomBytes(PasswordHash.saltBytes))
    }
    try stores.users.changePassword(
      hash.text, of: user.id, keeping: session, by: context.actor)
    return .seeOther(context.links(.account(.show), note: UserNote.passwordChanged))
  }

  private func busy(_ page: inout AccountPage) -> Response {
    page.errors = [FieldError("current", "Many people are signing in just now. Try again")]
    return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "1")
  }
}
