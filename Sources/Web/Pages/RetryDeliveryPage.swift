import Domain

/// Asks whether a delivery is to be sent again, or says why it cannot be.
struct RetryDeliveryPage {
  let shell: Shell
  let webhook: Webhook
  let delivery: Delivery
  /// Why it was not done.
  var refusal: String?

  func render() -> HTML {
    ConfirmPage(
      shell: shell, back: (link, delivery.eventType), title: title, text: text,
      action: .retryDelivery(delivery.id, of: webhook.id), keep: "Back to the delivery",
      button: "Send again", busy: "Sending…", isDestructive: false,
      errors: FormErrors(list: refusal.map { [FieldError("main", $0)] } ?? [])
    ).render()
  }

  private var link: String { shell.links(.delivery(delivery.id, of: webhook.id)) }

  private var title: String {
    if case .delivered = delivery.state { return "Send it a second time?" }
    return "Send it again?"
  }

  private var text: HTML {
    if !webhook.status.isActive {
      return "“\(webhook.name)” is paused. Resume it first; until then nothing is sent."
    }
    if case .delivered(let at) = delivery.state {
      return """
        It was delivered on \(TimeText(moment: at, now: shell.now).html). The second time it has the \
        same webhook-id, so a receiver that remembers ids ignores it.
        """
    }
    return "One more attempt is made now, with the same webhook-id and the same body."
  }
}
