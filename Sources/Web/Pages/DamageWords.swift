import Domain

/// What a webhook's user is told where something that it sends with does not open any more.
struct DamageWords {
  let shell: Shell
  let webhook: Webhook
  let damage: WebhookDamage

  /// `its signing secret and the value of x-key`
  private var things: String {
    let names = damage.headerNames
    let headers = names.isEmpty ? [] : ["the value of \(names.joined(separator: ", "))"]
    return
      ((damage.hasSecret ? ["its signing secret"] : [])
      + (damage.hasOlderSecret ? ["its old signing secret"] : []) + headers)
      .joined(separator: " and ")
  }

  /// Why it is not resumed, in a line.
  var refusal: String {
    "Not resumed: our copy of \(things) is damaged."
  }

  /// What to do, a sentence for each.
  private var mend: String {
    var sentences: [String] = []
    if damage.hasSecret { sentences.append("Make a new signing secret.") }
    if damage.hasOlderSecret, !damage.hasSecret { sentences.append("End the old secret.") }
    if !damage.headerNames.isEmpty {
      sentences.append("Enter the header’s value again, or remove it.")
    }
    return (sentences + ["Then resume."]).joined(separator: " ")
  }

  /// - Parameter kept: What is said of events that are not sent.
  func notice(kept: HTML) -> Notice {
    Notice(
      tone: .bad, title: "Nothing is sent: our copy of \(things) is damaged",
      text: """
        Nobody can read it any more. That is our fault, not yours. \(kept) \(mend)
        """,
      action: """
        <div class="buttons">\(damage.hasSecret ? newSecret : nil)\
        \(damage.hasOlderSecret && !damage.hasSecret ? endOld : nil)\
        \(damage.headerNames.isEmpty ? nil : edit)</div>
        """)
  }

  private var newSecret: HTML {
    """
    <a class="button plain small" href="\(shell.links(.rotateSecret(webhook.id)))" \
    data-confirm-link>Make new secret</a>
    """
  }

  private var endOld: HTML {
    """
    <a class="button plain small" href="\(shell.links(.endOverlap(webhook.id)))" \
    data-confirm-link>End old secret</a>
    """
  }

  private var edit: HTML {
    """
    <a class="button plain small" href="\(shell.links(.editWebhook(webhook.id)))#headers">Enter value \
    again</a>
    """
  }
}
