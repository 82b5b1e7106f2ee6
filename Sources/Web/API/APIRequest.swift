import Domain
import Store

/// One call, its key already found good.
struct APIRequest {
  let head: RequestHead
  let body: [UInt8]
  let query: Query
  let key: APIKeyHolder
  let stores: Stores
  let settings: WebSettings
  /// Of `POST /events`, read along with the key.
  var context: EventContext?

  /// The members of the request's object.
  /// - Throws: `Problem` 415 for another media type, 400 for what is not a JSON object.
  func object() throws -> JSONObject {
    let type = head.mediaType
    guard type == "application/json" || type == "application/merge-patch+json" else {
      throw Problem.unsupportedMediaType
    }
    do {
      guard let object = try JSONValue(body).object() else {
        throw Problem.badRequest("The request is not a JSON object.")
      }
      return object
    } catch let error as JSONError {
      throw Problem.badRequest("The request is not valid JSON: \(error).")
    }
  }

  /// Whom the call acts for.
  ///
  /// A user's own key acts for that user, whoever else is named is an error. A service key acts for
  /// `named`, else for the owner of the object in the path.
  /// - Parameters:
  ///   - named: `user` in the body of `/events`, `?user=` elsewhere: an id or an e-mail address.
  ///   - owner: Finds the owner of the object that the path names.
  func user(named: String?, owner: (() throws -> User.ID?)? = nil) throws -> User {
    if let user = key.user {
      guard let named else { return user }
      guard try find(named)?.id == user.id else {
        throw Problem.unprocessable([
          FieldError("user", "This key acts for its own user alone. Leave the user out.")
        ])
      }
      return user
    }
    if let named {
      guard let user = try find(named) else {
        throw Problem.unprocessable([
          FieldError("user", "There is no user with this id or e-mail address.")
        ])
      }
      return user
    }
    guard let owner else {
      throw Problem.unprocessable([
        FieldError("user", "A service key has to say for whom it acts: an id or an e-mail address.")
      ])
    }
    guard let id = try owner(), let user = try stores.users.find(id) else { throw Problem.notFound }
    return user
  }

  func userInQuery() throws -> String? { try query.only("user") }

  func actor(for user: User) -> Actor {
    key.user == nil
      ? Actor(
        kind: .serviceKey, id: key.id, address: head.remoteAddress, requestID: head.requestID)
      : Actor(
        kind: .user, id: user.id.rawValue, address: head.remoteAddress, requestID: head.requestID)
  }

  private func find(_ name: String) throws -> User? {
    if let context, context.isOf(user: name) { return context.user }
    if let id = User.ID(name) { return try stores.users.find(id) }
    return try stores.users.find(email: name)
  }
}

/// `?limit=` and `?after=` of a list.
struct PageRequest {
  let limit: Int
  let after: Cursor?

  init(_ query: Query) throws {
    var errors: [FieldError] = []
    let limitText = try query.only("limit")
    let limit = limitText.map { Int($0) ?? 0 } ?? 50
    if !(1...100).contains(limit) || limitText?.utf8.first == UInt8(ascii: "+") {
      errors.append(FieldError("limit", "Use a whole number from 1 to 100."))
    }
    var after: Cursor?
    if let text = try query.only("after") {
      after = Cursor(text)
      if after == nil {
        errors.append(FieldError("after", "Use the value of `next` from the page before."))
      }
    }
    guard errors.isEmpty else { throw Problem.unprocessable(errors) }
    self.limit = limit
    self.after = after
  }
}

extension Query {
  /// The one value of that name; nil where there is none.
  /// - Throws: `Problem` 400 where there are several: none of them is our choice to make.
  func only(_ name: String) throws -> String? {
    do {
      return try one(name)
    } catch {
      throw Problem.badRequest("The parameter \(name) is there twice.")
    }
  }
}
