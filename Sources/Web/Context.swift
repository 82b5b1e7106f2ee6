import Domain
import Engine
import HTTPTypes
import Store

/// One request of somebody who is signed in, with all that its action needs.
struct Context {
  let head: RequestHead
  let query: Query
  /// Of a POST; empty otherwise.
  let form: Query
  let stores: Stores
  let settings: WebSettings
  let providers: Providers
  let visitor: Visitor

  var user: User { visitor.user }

  var links: Links { Links(prefix: settings.prefix, assetVersion: settings.version) }

  var actor: Actor {
    Actor(
      kind: .user, id: user.id.rawValue, address: head.remoteAddress, requestID: head.requestID)
  }

  /// A value that is shown once. A HEAD has no place for it and leaves it to the GET that follows.
  func takeToShow(of subject: UUID) throws -> String? {
    guard head.method != .head else { return nil }
    return try stores.forms.takeToShow(of: subject, to: visitor.session.id)
  }

  func shell() throws -> Shell {
    Shell(
      site: Site(settings), email: user.email, formToken: try visitor.formToken.masked(),
      now: currentTime(), isAdministrator: user.isAdministrator,
      attention: try stores.attention.find(
        of: user.id, rules: NoticeRules(disableAfter: settings.disableAfter)))
  }
}

/// Somebody who is signed in.
struct Visitor {
  let session: Session
  let formToken: FormToken
  /// To be set, where the session was just opened for a person whom the host signed in.
  let newCookie: String?

  var user: User { session.user }
}

extension Site {
  init(_ settings: WebSettings) {
    self.init(
      links: Links(prefix: settings.prefix, assetVersion: settings.version),
      schedule: settings.schedule, retention: settings.retention,
      payloadRetention: settings.payloadRetention,
      disableAfter: settings.disableAfter, webhookLimit: settings.maxWebhooks,
      keyLimit: settings.maxKeys,
      hasSignOut: settings.authentication == .password)
  }
}
