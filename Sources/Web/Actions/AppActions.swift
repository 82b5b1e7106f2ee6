import Domain
import HTTPTypes
import Store

/// What a person sees of apps.
struct AppActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }

  func list(_ filter: AppFilter) throws -> Response {
    let connections = try stores.connections.list(of: user)
    let cards = try stores.apps.all().map { app in
      AppsPage.Card(app: app, connection: connections.first { $0.app == app.id })
    }
    return .page(try AppsPage(shell: context.shell(), cards: cards, filter: filter).render())
      .opensWindows()
  }

  func show(_ id: AppID) throws -> Response {
    .page(
      try AppPage(
        shell: context.shell(), app: stores.apps.find(id),
        connection: stores.connections.find(id, of: user),
        lastEnd: stores.revocations.last(of: id, user: user), note: context.appNote
      ).render()
    ).opensWindows()
  }
}

extension Response {
  /// A page whose script opens a provider's in a window: that may keep the way back.
  func opensWindows() -> Response {
    adding(.crossOriginOpenerPolicy, "same-origin-allow-popups")
  }
}
