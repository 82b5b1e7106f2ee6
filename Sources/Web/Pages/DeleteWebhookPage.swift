import Domain

/// Asks whether a webhook is to go, and says what goes with it.
struct DeleteWebhookPage {
  let shell: Shell
  let webhook: Webhook
  /// Deliveries that are still to be sent.
  let waiting: BoundedCount
  /// Deliveries kept while it is paused.
  let held: BoundedCount

  func render() -> HTML {
    ConfirmPage(
      shell: shell, back: (shell.links(.webhook(webhook.id)), webhook.name),
      title: "Delete “\(webhook.name)”?",
      text: """
        Nothing more will be sent. \(dropped)What was sent stays on record for \
        \(Words.length(shell.site.retention)). This can’t be undone: the signing secret is destroyed.
        """,
      action: .deleteWebhook(webhook.id), keep: "Keep webhook", button: "Delete webhook",
      busy: "Deleting…"
    ).render()
  }

  private var dropped: HTML {
    let parts = [
      waiting.isNone ? nil : Words.count(waiting, "waiting delivery", "waiting deliveries"),
      held.isNone ? nil : Words.count(held, "delivery", "deliveries") + " not sent so far",
    ].compactMap { $0 }
    return parts.isEmpty ? HTML() : "\(parts.joined(separator: " and ")) will be dropped. "
  }
}
