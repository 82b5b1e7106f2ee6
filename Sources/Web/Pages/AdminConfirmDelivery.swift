import Domain
import Store

/// Asks whether a delivery is to be sent again or given up, or says why it cannot be.
struct AdminConfirmDelivery {
  enum Verb { case retry, drop }

  let shell: Shell
  let delivery: Delivery
  let webhook: WebhookOwner
  let verb: Verb
  /// Why it was not done.
  var refusal: String?

  func render() -> HTML {
    ConfirmPage(
      shell: shell, section: .adminDeliveries,
      back: (shell.links(.deliveries(.delivery(delivery.id))), delivery.eventType),
      title: title, text: text,
      action: .deliveries(verb == .retry ? .retry(delivery.id) : .drop(delivery.id)),
      keep: "Back to the delivery",
      button: verb == .retry ? "Send again" : "Drop \(delivery.eventType) to \(webhook.name)",
      busy: verb == .retry ? "Sending…" : "Dropping…", isDestructive: verb == .drop,
      errors: FormErrors(list: refusal.map { [FieldError("main", $0)] } ?? [])
    ).render()
  }

  private var title: String {
    switch (verb, delivery.state) {
    case (.drop, _): "Drop \(delivery.eventType) to \(webhook.name)?"
    case (.retry, .delivered): "Send \(delivery.eventType) to \(webhook.name) a second time?"
    case (.retry, _): "Send \(delivery.eventType) to \(webhook.name) again?"
    }
  }

  private var text: HTML {
    let whose: HTML = "It belongs to \(webhook.email ?? "a deleted user")."
    return switch verb {
    case .retry:
      """
      \(whose) One more attempt is made now, with the same webhook-id and the same body.
      """
    case .drop:
      """
      \(whose) It is not sent, and leaves the list of what failed for good. The log keeps it as failed; \
      its owner can still send it again.
      """
    }
  }
}
