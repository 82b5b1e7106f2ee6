import Domain

/// Asks whether the older of two secrets is to end now.
struct EndOverlapPage {
  let shell: Shell
  let webhook: Webhook
  let older: SecretFacts

  func render() -> HTML {
    ConfirmPage(
      shell: shell, back: (shell.links(.webhook(webhook.id)), webhook.name),
      title: "End the old secret (\(older.lastFour))?",
      text: "Receivers of “\(webhook.name)” that still use it will refuse our requests.",
      action: .endOverlap(webhook.id), keep: "Keep both", button: "End old secret", busy: "Ending…"
    ).render()
  }
}
