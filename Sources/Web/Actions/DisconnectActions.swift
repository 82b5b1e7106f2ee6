import Domain
import Engine
import Store

/// Ending a connection, or one permission of it: asked first, then done.
struct DisconnectActions {
  let context: Context

  private var user: User.ID { context.user.id }

  func disconnect(_ id: AppID, isDone: Bool) throws -> Response {
    guard isDone else { return .page(try question(id, of: user).render()) }
    try end(id, of: user)
    return .seeOther(context.links(.app(id), note: AppNote.disconnected))
  }

  /// An administrator's way to the same.
  func disconnect(_ id: AppID, ofPerson person: User.ID, isDone: Bool) throws -> Response {
    let owner = try context.stores.users.listed(person).user
    guard isDone else {
      var page = try question(id, of: person)
      page.owner = owner
      return .page(page.render())
    }
    try end(id, of: person)
    return .seeOther(context.links(.admin(.users(.user(person))), note: UserNote.disconnected))
  }

  private func question(_ id: AppID, of owner: User.ID) throws -> DisconnectPage {
    let stores = context.stores
    let app = try stores.apps.find(id).app
    guard let connection = try stores.connections.find(id, of: owner) else {
      throw StoreError.notFound
    }
    let sharing = try stores.connections.sharing(connection)
      .map { try stores.apps.find($0).app.name }
    return DisconnectPage(
      shell: try context.shell(), app: app, connection: connection, sharing: sharing)
  }

  private func end(_ id: AppID, of owner: User.ID) throws {
    do {
      try withPermit { mayCall in
        _ = try context.providers.disconnect(id, of: owner, mayCall: mayCall, by: context.actor)
      }
    } catch StoreError.notFound {
      // The form may have been sent twice.
      guard try context.stores.revocations.last(of: id, user: owner) != nil else {
        throw StoreError.notFound
      }
    }
  }

  func revoke(_ id: AppID, scope: String?, isDone: Bool) throws -> Response {
    let stores = context.stores
    let app = try stores.apps.find(id)
    let name = isDone ? try context.form.one("scope") : scope
    guard let name, let connection = try stores.connections.find(id, of: user),
      connection.grantedScopes.contains(name), let provider = app.app.provider
    else { throw StoreError.notFound }
    if isDone {
      try withPermit { mayCall in
        _ = try context.providers.revoke(
          name, of: connection, mayCall: mayCall, by: context.actor)
      }
      return .seeOther(context.links(.app(id), note: AppNote.permissionRevoked))
    }
    let meaning = app.allScopes.first { $0.name == name }?.meaning ?? name
    let sharesGrant = try !stores.connections.sharing(connection).isEmpty
    return .page(
      try RevokePermissionPage(
        shell: context.shell(), app: app.app, scope: name, meaning: meaning,
        removal: sharesGrant && provider.removal == .connectAgain ? .localOnly : provider.removal
      ).render())
  }

  /// Without a permit it is done here, and the worker goes on at the provider.
  private func withPermit(_ body: (Bool) throws -> Void) throws {
    let mayCall = context.settings.outgoingPermits.take()
    defer { if mayCall { context.settings.outgoingPermits.giveBack() } }
    try body(mayCall)
  }
}
