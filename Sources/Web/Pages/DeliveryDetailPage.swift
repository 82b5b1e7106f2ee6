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
  /// The same event's deliveries to other webhooks.
  var siblings: [(delivery: Delivery, webhookName: String)] = []
  /// A newer event of its type was delivered since.
  var isOvertaken = false

  func render() -> HTML {
    let word = DeliveryWord(delivery).tag
    return Frame(
      title: "\(word.word): \(delivery.eventType) – \(webhook.name)", section: .webhooks,
      content: """
        <div id="course"\(HTML.attribute("data-poll", isUnderWay ? "1000" : nil)) \
        data-say="\(said)">
        \(PageHead(
          back: (shell.links(.webhook(webhook.id)), webhook.name),
          heading: "<code>\(delivery.eventType)</code> to \(webhook.name)", tag: word, lede: ids,
          actions: sendAgain
        ).render())
        \(state)
        \(isOvertaken ? overtaken : nil)
        \(attempts.isEmpty ? waitingBody : attemptsAndPanel)
        </div>
        \(further)
        """
    ).render(in: shell)
  }

  /// A result is to be expected soon: it is looked for.
  private var isUnderWay: Bool {
    guard case .pending(let due) = delivery.state else { return false }
    return delivery.isInFlight || due <= shell.now.advanced(bySeconds: 10)
  }

  private var said: String {
    guard let last = attempts.last, !isUnderWay else { return "" }
    let answer = last.responseStatus.map { ", \($0)" } ?? ""
    return "Attempt \(last.number): \(last.error == nil ? "delivered" : "failed")\(answer)"
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

  /// A question comes first where it was delivered already.
  private var sendAgain: HTML? {
    guard !delivery.isInFlight else { return nil }
    let address = shell.links(.retryDelivery(delivery.id, of: webhook.id))
    if case .delivered = delivery.state {
      return "<a class=\"button plain\" href=\"\(address)\" data-confirm-link>Send again</a>"
    }
    return """
      <form method="post" action="\(address)" novalidate data-busy="Sending…">\(shell.tokenField)\
      <button class="button primary">\(Icon.retry)Send again</button></form>
      """
  }

  private var further: HTML {
    """
    \(others)
    \(attempts.isEmpty ? nil : curl)
    <section class="card" aria-labelledby="check-heading"><div class="part">
    <h2 id="check-heading">Check this signature</h2>
    <p>\(signature) <a href="\(shell.links(.checkSignature(delivery.id)))">Check it step by step</a>\
    </p>
    \(Snippets().render())</div></section>
    """
  }

  private var signature: HTML {
    """
    Code for your system: it must see the body’s bytes as they came, before any parsing.
    """
  }

  private var others: HTML? {
    guard !siblings.isEmpty else { return nil }
    return """
      <section class="card" aria-labelledby="others-heading"><div class="bar">\
      <h2 id="others-heading">Other webhooks that got this event</h2></div>
      <ul class="types plain">
      \(siblings.map { each in
        """
        <li><a href="\(shell.links(.delivery(each.delivery.id, of: each.delivery.webhookID)))">\
        \(each.webhookName)</a> \(DeliveryWord(each.delivery).tag.inList)</li>

        """
      })</ul></section>
      """
  }

  private var curl: HTML? {
    guard let body else { return nil }
    let shown = attempts.first { $0.number == selected } ?? attempts[attempts.count - 1]
    return """
      <section class="card" aria-labelledby="curl-heading"><div class="part">
      <div class="subhead"><h2 id="curl-heading">As a curl command</h2>\
      \(CodeBlock.copyButton(of: "curl", "curl command"))</div>
      \(CodeBlock(
        id: "curl", label: "curl command", text: CurlCommand(attempt: shown, body: body).text
      ).render())
      <p class="hint">The signature of attempt \(shown.number) is from the time of sending. A receiver \
      that checks the time, as it should, refuses this copy. Values of your own headers are left out.\
      </p></div></section>
      """
  }

  /// What became of it, in a sentence or, where something went wrong, in a card.
  private var state: HTML {
    switch delivery.state {
    case .delivered(let end): return delivered(end).render()
    case .held:
      return Notice(
        tone: .neutral,
        title: webhook.status.isActive
          ? "Not sent because the webhook was paused" : "Not sent because the webhook is paused",
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

  /// When it got there first, whatever became of it when it was sent once more.
  private func delivered(_ end: Timestamp) -> Notice {
    let first = attempts.first { $0.error == nil }
    let number = first?.number ?? delivery.attemptNumber
    let at = first.map { $0.startedAt.advanced(byMicroseconds: $0.timings.total ?? 0) } ?? end
    let wait = Words.shortLength(seconds: Int(max(0, at.seconds - delivery.createdAt.seconds)))
    let attempt = number == 1 ? "the first attempt" : "attempt \(number)"
    var notice = Notice(tone: .ok, title: "Delivered on \(attempt), \(wait) after it happened")
    if let last = attempts.last, last.number > number, last.error != nil {
      notice.text = """
        It was sent again since, and attempt \(last.number) failed. Your system has got it all the \
        same.
        """
    }
    return notice
  }

  /// Beside what may be sent again.
  private var overtaken: HTML {
    Notice(
      tone: .neutral, title: "A newer \(delivery.eventType) has been delivered since",
      text: "Sent now, this one arrives after it: your system may take old data for new."
    ).render()
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
      \(AttemptPanel(attempt: shown, body: body, retention: shell.site.payloadRetention).render())
      </div>
      """
  }

  /// Before the first attempt there is only what will be sent.
  private var waitingBody: HTML {
    """
    <section class="card"><div class="part"><h2>Request</h2>
    \(RequestBody(body: body, retention: shell.site.payloadRetention).panel)
    </div></section>
    """
  }
}
