import Domain

/// One webhook: how it is doing, what it sends, and its delivery log.
struct WebhookPage {
  /// How fast the endpoint answered in the last 24 hours, in microseconds.
  struct AnswerTimes {
    let median: Int64
    let nineteenOfTwenty: Int64
  }

  let shell: Shell
  let webhook: Webhook
  /// Nil when the numbers cannot be read just now.
  let health: WebhookHealth?
  var answerTimes: AnswerTimes?
  let secretLastFour: String
  var secretMadeAt: Timestamp?
  /// The whole catalog, retired types as well.
  let eventTypes: [EventType]
  /// Deliveries kept while it is paused.
  var heldCount: Int?
  let log: DeliveryLog

  func render() -> HTML {
    Frame(
      title: webhook.name, hasErrors: !log.filter.problems.isEmpty, section: .webhooks,
      content: """
        \(PageHead(
          back: (shell.links(.webhooks), "Webhooks"), heading: HTML(webhook.name),
          tag: state?.tag, lede: address, actions: actions
        ).render())
        \(notice)
        \(facts)
        \(events)
        \(DeliveryLogPart(
          shell: shell, webhook: webhook, eventTypes: eventTypes, log: log
        ).render())
        """
    ).render(in: shell)
  }

  private var state: WebhookState? { WebhookState(webhook, health) }

  private var address: HTML {
    """
    <code class="address" id="endpoint">\(HTML.breakable(webhook.endpointURL))</code>\
    \(CodeBlock.copyButton(of: "endpoint", "endpoint URL"))
    """
  }

  private var actions: HTML {
    """
    <a class="button plain danger-quiet" href="\(shell.links(.deleteWebhook(webhook.id)))" \
    data-confirm-link>Delete webhook</a>
    """
  }

  private var notice: HTML {
    switch webhook.status {
    case .active:
      guard let since = health?.failingSince else { return HTML() }
      let stop = TimeText(
        moment: since.advanced(by: shell.site.disableAfter), form: .minute, now: shell.now)
      return Notice(
        tone: .bad,
        title: """
          Every delivery has failed since \
          \(TimeText(moment: since, form: .minute, now: shell.now).html)
          """,
        text: "If this goes on we stop sending on \(stop.html). The log below says what went wrong."
      ).render()
    case .paused(.user):
      return Notice(tone: .neutral, title: "Paused by you", text: held).render()
    case .paused(.failing):
      return Notice(
        tone: .bad,
        title: "We stopped sending after \(Words.length(shell.site.disableAfter)) of failures",
        text: held
      ).render()
    case .paused(.gone):
      return Notice(
        tone: .bad, title: "We stopped sending: your system answered 410, gone for good",
        text: held
      ).render()
    }
  }

  private var held: HTML {
    switch heldCount {
    case let count? where count > 0:
      "\(Words.count(count, "event")) not sent so far. They are kept, and so are new ones."
    default: "New events are kept as not sent."
    }
  }

  private var facts: HTML {
    let answers = answerTimes.map { times in
      """
      <div><dt>Answer time</dt><dd><span class="fact"><b>\
      \(Words.duration(microseconds: times.median))</b> <span class="of">half within</span></span>\
      <span class="fact"><b>\(Words.duration(microseconds: times.nineteenOfTwenty))</b> \
      <span class="of">95 % within</span></span></dd></div>
      """ as HTML
    }
    let made = secretMadeAt.map { time in
      """
      <span class="sub">made \(TimeText(moment: time, form: .minute, now: shell.now).html)</span>
      """ as HTML
    }
    return """
      <dl class="card key">
      <div><dt>Sending</dt><dd><b>\(webhook.status.isActive ? "Active" : "Paused")</b></dd></div>
      <div class="grow"><dt>Last 24 hours</dt><dd>\(numbers)</dd></div>
      \(answers)
      <div><dt>Signing secret</dt><dd><span class="unseen">ends in </span>\
      <code><span aria-hidden="true">•••• </span>\(secretLastFour)</code>\(made)</dd></div>
      </dl>
      """
  }

  private var numbers: HTML {
    guard let health else { return "<p class=\"figure\">Numbers unavailable just now</p>" }
    return Sparkline(health: health).render()
  }

  private var events: HTML {
    let types: [EventType] =
      switch webhook.events {
      case .all: eventTypes.filter { !$0.isRetired }
      case .chosen(let names): eventTypes.filter { names.contains($0.name) }
      }
    let count =
      webhook.events == .all
      ? "All" : "\(types.count) of \(eventTypes.filter { !$0.isRetired }.count)"
    let names = types.map(\.name).joined(separator: ", ")
    return """
      <details class="card folded">
      <summary>\(Icon.chevronDown)<h2>Events</h2><span class="pill">\(count)</span>\
      <code class="sub">\(names)</code></summary>
      <ul class="types plain">
      \(types.map { type in
        """
        <li><a href="\(shell.links(.event(type.name)))"><code>\(type.name)</code></a> \
        <span>\(type.description)</span></li>

        """
      })</ul>
      </details>
      """
  }
}
