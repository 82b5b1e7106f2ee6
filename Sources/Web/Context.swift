import Domain
import Store

/// One request of a browser, with all that its action needs.
struct Context {
  let head: RequestHead
  let query: Query
  /// Of a POST; empty otherwise.
  let form: Query
  let stores: Stores
  let settings: WebSettings
  /// nil on the pages that need none.
  let visitor: Visitor?

  var actor: Actor {
    Actor(
      kind: .user, id: visitor?.user.id.rawValue, address: head.remoteAddress,
      requestID: head.requestID)
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
