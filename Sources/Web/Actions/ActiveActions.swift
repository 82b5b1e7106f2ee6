import Domain
import HTTPTypes
import Store

/// Pausing a webhook and letting it go on.
struct ActiveActions {
  let context: Context

  private var webhooks: WebhookStore { context.stores.webhooks }
  private var user: User.ID { context.user.id }

  /// Saved as it is asked for: whoever asked before wanted the same or the opposite, and the last one
  /// counts.
  func set(_ id: Webhook.ID) throws -> Response {
    guard let isActive = ["1": true, "0": false][try context.form.one("active") ?? ""] else {
      throw Query.Malformed()
    }
    let isFromList = try context.form.one("from") == "list"
    if try webhooks.find(id, of: user).status.isActive != isActive {
      var change = WebhookChange()
      change.isActive = isActive
      do {
        try webhooks.change(id, of: user, to: change, by: context.actor)
      } catch StoreError.damaged(let damage) {
        return try refuse(id, damage)
      }
      if isActive { context.settings.wakeWorkers() }
    }
    let webhook = try webhooks.find(id, of: user)
    if context.head.isOfScript { return .saved(webhook, message: try message(webhook)) }
    let note: PageNote = isActive ? .resumed : .paused
    return .seeOther(
      isFromList
        ? context.links(.webhooks, note: note, of: id) + "#w-\(id)"
        : context.links(.webhook(id), note: note))
  }

  /// The page says what to do first.
  private func refuse(_ id: Webhook.ID, _ damage: WebhookDamage) throws -> Response {
    let webhook = try webhooks.find(id, of: user)
    let page = try WebhookActions(context: context).page(of: webhook, DeliveryFilter())
    guard context.head.isOfScript else { return .page(page.render(), status: .conflict) }
    let words = DamageWords(shell: page.shell, webhook: webhook, damage: damage)
    return .json(
      JSONWriter.object {
        $0.member("ok", false)
        $0.member("message", words.refusal)
      }, status: .conflict)
  }

  private func message(_ webhook: Webhook) throws -> String {
    guard !webhook.status.isActive else { return "\(webhook.name): active." }
    let waiting = try webhooks.waitingCount(of: webhook.id, user: user)
    let onHold =
      waiting.isNone
      ? "" : " " + Words.count(waiting, "delivery is", "deliveries are") + " on hold."
    return "\(webhook.name): paused. New events are kept as not sent.\(onHold)"
  }
}

extension Response {
  /// What the script is told of a change that it had saved.
  static func saved(
    _ webhook: Webhook, message: String, wasMerged: Bool = false, undo: UUID? = nil
  ) -> Response {
    .json(
      JSONWriter.object {
        $0.member("ok", true)
        $0.member("version", webhook.version)
        $0.member("saved_at", webhook.updatedAt)
        $0.member("message", message)
        $0.member("merged", wasMerged)
        $0.member("undo", undo?.description)
        $0.member("events", webhook.events.words)
      })
  }
}
