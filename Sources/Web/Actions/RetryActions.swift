import Domain
import HTTPTypes
import Store

/// Sending one delivery again.
struct RetryActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }

  /// Asked for where it was delivered already.
  func ask(_ id: Delivery.ID, of webhookID: Webhook.ID) throws -> Response {
    .page(try page(id, of: webhookID).render())
  }

  func retry(_ id: Delivery.ID, of webhookID: Webhook.ID) throws -> Response {
    let delivery = try DeliveryActions(context: context).find(id, of: webhookID)
    do {
      try stores.deliveries.retry(id, of: user, by: context.actor)
    } catch let refusal as StoreError {
      guard let message = refusal.retryRefusal else { throw refusal }
      var page = try page(id, of: webhookID)
      page.refusal = message
      return .page(page.render(), status: .conflict)
    }
    context.settings.wakeWorkers()
    return .seeOther(context.links(.delivery(delivery.id, of: webhookID)) + "#attempts")
  }

  private func page(_ id: Delivery.ID, of webhookID: Webhook.ID) throws -> RetryDeliveryPage {
    RetryDeliveryPage(
      shell: try context.shell(), webhook: try stores.webhooks.find(webhookID, of: user),
      delivery: try DeliveryActions(context: context).find(id, of: webhookID))
  }
}
