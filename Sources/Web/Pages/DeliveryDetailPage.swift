import Domain

/// One delivery: what was sent, what came back, why, and what to do.
struct DeliveryDetailPage {
  let shell: Shell
  let webhook: Webhook
  let delivery: Delivery
  /// In the order they were made.
  let attempts: [Attempt]
  /// The number in the address; without it, or where there is none such, the last is shown.
  var selected: Int?
  /// The event's body as it goes on the wire; nil once it is purged.
  let body: [UInt8]?

  func render() -> HTML {
    let word = DeliveryWord(delivery).tag
    return Frame(
      title: "\(word.word): \(delivery.eventType) – \(webhook.name)", section: .webhooks,
      content: """
        \(PageHead(
          back: (shell.links(.webhook(webhook.id)), webhook.name),
          heading: "<code>\(delivery.eventType)</code> to \(webhook.name)", tag: word, lede: ids
        ).render())
        \(state)
        \(attempts.isEmpty ? waitingBody : attemptsAndPanel)
        """
    ).render(in: shell)
  }

  private var ids: HTML {
    """
    <dl class="ids"><div><dt>Delivery</dt><dd><code id="delivery-id">\
    \(delivery.id.description)</code>\(CodeBlock.copyButton(of: "delivery-id", "delivery id"))</dd>\
    </div><div><dt>Event</dt><dd><code id="event-id">\(delivery.eventID.description)</code>\
    \(CodeBlock.copyButton(of: "event-id", "event id"))</dd></div>\
    \(delivery.isTest ? "<div><dd><span class=\"tag neutral\">Test</span></dd></div>" : nil)</dl>
    """
  }

  /// What became of it, in a sentence or, where something went wrong, in a card.
  private var state: HTML {
    switch delivery.state {
    case .delivered(let at):
      let wait = Words.shortLength(seconds: Int(max(0, at.seconds - delivery.createdAt.seconds)))
      let text: HTML =
        delivery.attemptNumber == 1
        ? "Delivered on the first attempt, \(wait) after it happened"
        : "Delivered on attempt \(delivery.attemptNumber), \(wait) after it happened"
      return Notice(tone: .ok, title: text).render()
    case .held:
      return Notice(
        tone: .neutral, title: "Not sent because the webhook is paused",
        text: "It is kept for \(Words.length(shell.site.retention))."
      ).render()
    case .pending where attempts.isEmpty:
      return Notice(
        tone: .info, title: delivery.isInFlight ? "Sending now" : "The first try is due now",
        action: checkAgain
      ).render()
    case .pending, .failed:
      return WhatWentWrong(shell: shell, delivery: delivery, attempts: attempts).render()
    }
  }

  private var checkAgain: HTML {
    """
    <a class="button plain small" href="\(shell.links(.delivery(delivery.id, of: webhook.id)))">\
    Check again</a>
    """
  }

  private var attemptsAndPanel: HTML {
    let shown = attempts.first { $0.number == selected } ?? attempts[attempts.count - 1]
    return """
      <div class="split" id="attempts" data-swaps>
      \(AttemptList(
        shell: shell, delivery: delivery, attempts: attempts, shown: shown.number
      ).render())
      \(AttemptPanel(attempt: shown, body: body, retention: shell.site.retention).render())
      </div>
      """
  }

  /// Before the first attempt there is only what will be sent.
  private var waitingBody: HTML {
    """
    <section class="card"><div class="part"><h2>Request</h2>
    \(RequestBody(body: body, retention: shell.site.retention).panel)
    </div></section>
    """
  }
}
