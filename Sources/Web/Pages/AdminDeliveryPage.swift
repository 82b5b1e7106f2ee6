import Domain
import Store

/// One delivery as an administrator sees it: how it went, not what it carried, until they say why they
/// need to see that.
struct AdminDeliveryPage {
  let shell: Shell
  let delivery: Delivery
  let webhook: WebhookOwner
  /// In the order they were made.
  let attempts: [Attempt]
  /// nil before the first.
  let selected: Attempt?
  /// The event's body; nil once it is purged.
  let body: [UInt8]?
  /// False in the answer to a reason alone.
  var isVeiled = true
  var reason = ""
  var errors: [FieldError] = []

  private var here: Route { .deliveries(.delivery(delivery.id)) }

  func render() -> HTML {
    let word = DeliveryWord(delivery).tag
    let formErrors = FormErrors(list: errors)
    // What was posted is not to be replaced by what GET shows.
    let polls = isUnderWay && isVeiled && errors.isEmpty
    return Frame(
      title: "\(word.word): \(delivery.eventType) – \(webhook.name)", hasErrors: !errors.isEmpty,
      section: .adminDeliveries,
      content: """
        <div id="course"\(HTML.attribute("data-poll", polls ? "1000" : nil)) data-say="\(said)">
        \(PageHead(
          back: (shell.links(.deliveries(.log())), "Deliveries"), errors: formErrors,
          heading: "<code>\(delivery.eventType)</code> to \(webhook.name)", tag: word, lede: ids,
          actions: actions
        ).render())
        \(isVeiled ? nil : seen)
        \(state)
        \(course)
        </div>
        \(isVeiled ? reasonForm(formErrors) : nil)
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
    func log(_ filter: AdminLogFilter) -> String { shell.links(.deliveries(.log(filter))) }
    let person: HTML =
      webhook.email.map { "<a href=\"\(log(AdminLogFilter(user: $0)))\">\($0)</a>" }
      ?? "a deleted user"
    let name: HTML = """
      <a href="\(log(AdminLogFilter(webhook: delivery.webhookID.description)))">\(webhook.name)</a>
      """
    return """
      <dl class="ids"><div><dt>Owner</dt><dd>\(person)</dd></div>\
      <div><dt>Webhook</dt><dd>\(name)\
      \(webhook.isDeleted ? " <span class=\"tag neutral\">Deleted</span>" : nil)</dd></div>\
      <div><dt>Host</dt><dd><a href="\(log(AdminLogFilter(host: webhook.host)))">\
      \(HTML.breakable(webhook.host))</a></dd></div>\
      <div><dt>Delivery</dt><dd><code id="delivery-id">\
      \(delivery.id.description)</code>\(CodeBlock.copyButton(of: "delivery-id", "delivery id"))</dd>\
      </div><div><dt>Event</dt><dd><code id="event-id">\(delivery.eventID.description)</code>\
      \(CodeBlock.copyButton(of: "event-id", "event id"))
      <a href="\(log(AdminLogFilter(id: delivery.eventID.description)))">its deliveries</a></dd></div>\
      \(delivery.isTest ? "<div><dd><span class=\"tag neutral\">Test</span></dd></div>" : nil)</dl>
      """
  }

  private var actions: HTML? {
    guard !delivery.isInFlight, !webhook.isDeleted else { return nil }
    func link(_ route: AdminDeliveryRoute, _ style: HTML, _ label: HTML) -> HTML {
      """
      <a class="button \(style)" href="\(shell.links(.deliveries(route)))" data-confirm-link>\
      \(label)</a>
      """
    }
    let canDrop =
      switch delivery.state {
      case .delivered: false
      case .failed: delivery.error != .dropped
      case .pending, .held: true
      }
    return """
      \(link(.retry(delivery.id), "primary", "\(Icon.retry)Send again"))\
      \(canDrop ? link(.drop(delivery.id), "danger-quiet", "Drop delivery") : nil)
      """
  }

  private var seen: HTML {
    Notice(
      tone: .warn, title: "You see what this delivery carried, this once",
      text: """
        Your reason, “\(reason)”, is in the audit log. \
        <a href="\(shell.links(here))">Hide it again</a>
        """
    ).render()
  }

  private var state: HTML {
    switch delivery.state {
    case .delivered(let at):
      let wait = Words.shortLength(seconds: Int(max(0, at.seconds - delivery.createdAt.seconds)))
      return Notice(
        tone: .ok,
        title: "Delivered on attempt \(delivery.attemptNumber), \(wait) after it happened"
      ).render()
    case .held:
      return Notice(
        tone: .neutral, title: "Not sent because the webhook is, or was, paused",
        text: "It is kept for \(Words.length(shell.site.retention))."
      ).render()
    case .pending where attempts.isEmpty:
      return Notice(
        tone: .info, title: delivery.isInFlight ? "Sending now" : "The first try is due now",
        action: """
          <a class="button plain small" href="\(shell.links(here))">Check again</a>
          """
      ).render()
    case .pending, .failed:
      return WhatWentWrong(shell: shell, delivery: delivery, attempts: attempts).render()
    }
  }

  private var course: HTML {
    guard let selected else {
      return isVeiled
        ? HTML()
        : """
        <section class="card"><div class="part"><h2>Request</h2>
        \(RequestBody(body: body, retention: shell.site.payloadRetention).panel)
        </div></section>
        """
    }
    let id = delivery.id
    return """
      <div class="split" id="attempts" data-swaps>
      \(AttemptList(
        shell: shell, delivery: delivery, attempts: attempts, shown: selected.number,
        route: { .deliveries(.delivery(id, attempt: $0)) }
      ).render())
      \(AttemptPanel(
        attempt: selected, body: body, retention: shell.site.payloadRetention, isVeiled: isVeiled
      ).render())
      </div>
      """
  }

  private func reasonForm(_ errors: FormErrors) -> HTML {
    """
    <form class="card" method="post" action="\(shell.links(.deliveries(.payload(delivery.id))))" \
    novalidate aria-labelledby="payload-heading">
    <div class="part"><h2 id="payload-heading">What it carried</h2>
    <p>The body, the values of the headers and the answer are \(webhook.email ?? "the owner")’s own. \
    They are shown once, to you, when you say why you need to see them.</p>
    \(shell.tokenField)\
    \(selected.map { "<input type=\"hidden\" name=\"attempt\" value=\"\($0.number)\">" })
    \(TextField(
      name: "reason", label: "Reason",
      hint: "It goes into the audit log, where the owner reads it too. For example: Support case 4711",
      value: reason, attributes: " type=\"text\" autocomplete=\"off\" maxlength=\"300\"", style: .full
    ).render(errors))</div>
    <div class="part foot"><button class="button plain">\(Icon.eye)Show payload</button></div>
    </form>
    """
  }
}
