import Domain
import Store

/// The reference of event types.
struct EventActions {
  let context: Context

  func list() throws -> Response {
    .page(
      try EventsPage(shell: context.shell(), types: context.stores.eventTypes.all()).render())
  }

  func show(_ name: String) throws -> Response {
    guard let type = try context.stores.eventTypes.all().first(where: { $0.name == name }) else {
      throw StoreError.notFound
    }
    return .page(try EventTypePage(shell: context.shell(), type: type).render())
  }
}
