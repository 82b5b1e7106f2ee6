import Domain
import Store

/// What a person does with deliveries.
struct DeliveryActions {
  let context: Context

  func show(_ id: Delivery.ID, of webhookID: Webhook.ID, attempt: Int?) throws -> Response {
    let user = context.user.id
    let webhook = try context.stores.webhooks.find(webhookID, of: user)
    let delivery = try context.stores.deliveries.find(id, of: user)
    guard delivery.webhookID == webhookID else { throw StoreError.notFound }
    return .page(
      try DeliveryDetailPage(
        shell: context.shell(), webhook: webhook, delivery: delivery,
        attempts: context.stores.deliveries.attempts(of: delivery), selected: attempt,
        body: context.stores.deliveries.body(of: delivery, user: user)
      ).render())
  }
}
