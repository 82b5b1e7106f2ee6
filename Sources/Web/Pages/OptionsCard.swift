import Domain

/// The settings of a webhook that most people leave as they are, folded on its page.
struct OptionsCard {
  let shell: Shell
  let webhook: Webhook
  /// Of the secret that counts, where the webhook signs by Ed25519.
  let publicKey: [UInt8]?

  func render() -> HTML {
    """
    <details class="card folded">
    <summary>\(Icon.chevronDown)<h2>More options</h2><span class="sub">\(inShort)</span></summary>
    <div class="part"><dl class="headers wide words">
    \(row("Signature", "\(webhook.signature.name) <code>\(webhook.signature.rawValue)</code>"))
    \(publicKey.map { row("Public key", PublicKey(key: $0).render()) })
    \(row("Headers", headers))
    \(row("Most in flight", webhook.maxInFlight.map { "\($0)" } ?? "As many as the endpoint takes"))
    \(row("Most per second", webhook.maxPerSecond.map { "\($0)" } ?? "No limit"))
    \(row("Order", webhook.isOrdered ? "Strict: one after the other" : "As they come"))
    </dl><p><a href="\(shell.links(.editWebhook(webhook.id)))#more">Change these</a></p></div>
    </details>
    """
  }

  private func row(_ name: HTML, _ value: HTML) -> HTML {
    "<div><dt>\(name)</dt><dd>\(value)</dd></div>"
  }

  private var headers: HTML {
    if webhook.headerNames.isEmpty { return "None of your own" }
    return HTML(webhook.headerNames.map { "<code>\($0): ••••</code><br>" })
  }

  private var inShort: String {
    var parts = [webhook.signature.name]
    if !webhook.headerNames.isEmpty {
      parts.append(Words.count(webhook.headerNames.count, "header"))
    }
    if let most = webhook.maxInFlight { parts.append("\(most) in flight") }
    if let most = webhook.maxPerSecond { parts.append("\(Words.number(most)) per second") }
    if webhook.isOrdered { parts.append("in order") }
    return parts.joined(separator: ", ")
  }
}
