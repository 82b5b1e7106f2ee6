import Domain
import Store

/// Deleting a webhook: asked first, then done.
struct DeleteWebhookActions {
  let context: Context

  private var webhooks: WebhookStore { context.stores.webhooks }
  private var user: User.ID { context.user.id }

  func ask(_ id: Webhook.ID) throws -> Response {
    .page(
      try DeleteWebhookPage(
        shell: context.shell(), webhook: webhooks.find(id, of: user),
        waiting: webhooks.waitingCount(of: id, user: user),
        held: webhooks.heldCount(of: id, user: user)
      ).render())
  }

  func delete(_ id: Webhook.ID) throws -> Response {
    do {
      try webhooks.delete(id, of: user, by: context.actor)
    } catch StoreError.notFound {
      // The form may have been sent twice.
      guard try webhooks.nameOfDeleted(id, of: user) != nil else { throw StoreError.notFound }
    }
    return .seeOther(context.links(.webhooks, note: .deleted, of: id))
  }
}
