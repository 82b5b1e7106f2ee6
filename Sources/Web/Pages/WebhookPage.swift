import Domain

/// One webhook: how it is doing, what it sends, and its delivery log.
struct WebhookPage {
  /// How fast the endpoint answered in the last 24 hours, in microseconds.
  struct AnswerTimes {
    let median: Int64
    let nineteenOfTwenty: Int64

    init(median: Int64, nineteenOfTwenty: Int64) {
      self.median = median
      self.nineteenOfTwenty = nineteenOfTwenty
    }

    /// nil where nothing was answered.
    init?(_ times: Domain.AnswerTimes) {
      guard let median = times.microseconds(within: 0.5),
        let most = times.microseconds(within: 0.95)
      else { return nil }
      self.init(median: median, nineteenOfTwenty: most)
    }
  }

  let shell: Shell
  let webhook: Webhook
  /// Nil when the numbers cannot be read just now.
  let health: WebhookHealth?
  /// Seven days in spans of six hours, where they are asked for.
  var week: [WebhookHealth.Hour]?
  var answerTimes: AnswerTimes?
  /// Those that sign, the newest first.
  let secrets: [SecretFacts]
  /// The whole catalog, retired types as well.
  let eventTypes: [EventType]
  /// Deliveries kept while it is paused.
  var heldCount: BoundedCount?
  /// What does not open while it is paused, so that it cannot go on.
  var damage: WebhookDamage?
  /// Says that two submissions of its events are one.
  let formID: String
  var choice = EventChoice()
  var undo: EventsUndo?
  /// What has just been done.
  var banner: Banner?
  let log: DeliveryLog

  func render() -> HTML {
    Frame(
      title: webhook.name, hasErrors: !log.filter.problems.isEmpty, section: .webhooks,
      subject: webhook.id.rawValue,
      content: """
        \(banner?.render())\(PageHead(
          back: (shell.links(.webhooks), "Webhooks"), heading: HTML(webhook.name),
          tag: state?.tag, lede: address, actions: actions
        ).render())
        <div data-part="notice">\(notice)</div>
        \(facts)
        \(EventsCard(
          shell: shell, webhook: webhook, eventTypes: eventTypes, formID: formID, choice: choice,
          undo: undo
        ).render())
        \(OptionsCard(
          shell: shell, webhook: webhook, publicKey: secrets.first?.publicKey
        ).render())
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
    <a class="button plain" href="\(shell.links(.test(webhook.id)))">Send test event</a> \
    <a class="button plain" href="\(shell.links(.editWebhook(webhook.id)))">Edit</a> \
    <a class="button plain danger-quiet" href="\(shell.links(.deleteWebhook(webhook.id)))" \
    data-confirm-link>Delete webhook</a>
    """
  }

  private var notice: HTML {
    if let damage {
      return DamageWords(shell: shell, webhook: webhook, damage: damage).notice(kept: held).render()
    }
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
      return Notice(tone: .neutral, title: "Paused by you", text: held, action: ways).render()
    case .paused(.failing):
      return Notice(
        tone: .bad,
        title: "We stopped sending after \(Words.length(shell.site.disableAfter)) of failures",
        text: held, action: ways
      ).render()
    case .paused(.gone):
      return Notice(
        tone: .bad, title: "We stopped sending: your system answered 410, gone for good",
        text: held, action: ways
      ).render()
    case .paused(.damaged):
      return Notice(
        tone: .warn, title: "What was damaged is replaced: resume, and it sends again",
        text: held, action: ways
      ).render()
    }
  }

  /// Sending what was missed asks to resume first.
  private var ways: HTML {
    """
    <div class="buttons">\(ResumeButton(shell: shell, webhook: webhook).render())\
    <a class="button plain small" \
    href="\(shell.links(.retryMany(webhook.id, RetryChoice(.recover))))">Send what was missed</a>\
    <a class="button plain small" \
    href="\(shell.links(.retryMany(webhook.id, RetryChoice(.drop))))">Drop it</a></div>
    """
  }

  private var held: HTML {
    switch heldCount {
    case let count? where !count.isNone:
      """
      \(Words.count(count, "event", "events")) not sent so far. They are kept, and so are new ones.
      """
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
    return """
      <dl class="card key">
      <div><dt>Sending</dt><dd>\(ActiveSwitch(shell: shell, webhook: webhook, isInList: false).render())\
      <span class="sub">We stop after \(Words.length(shell.site.disableAfter)) without a \
      success</span></dd></div>
      <div class="grow"><dt>\(spans)</dt><dd>\(numbers)</dd></div>
      \(answers)
      <div><dt>Last success</dt><dd><b>\(lastSuccess)</b>\(failingSince)</dd></div>
      <div><dt>Signing secret</dt><dd>\(SecretsInUse(
        shell: shell, webhook: webhook, secrets: secrets
      ).render())</dd></div>
      </dl>
      """
  }

  private var numbers: HTML {
    guard let health else { return "<p class=\"figure\">Numbers unavailable just now</p>" }
    guard let week else { return Sparkline(health: health).render() }
    return Sparkline(
      health: WebhookHealth(hours: week, lastSuccessAt: nil, failingSince: nil), span: .week
    ).render()
  }

  /// Which time the picture is of, and a way to the other.
  private var spans: HTML {
    let isWeek = week != nil
    let other = shell.links(.webhook(webhook.id, log.filter.over(week: !isWeek)))
    return isWeek
      ? "<a href=\"\(other)\">Last 24 hours</a> · <b>7 days</b>"
      : "<b>Last 24 hours</b> · <a href=\"\(other)\">7 days</a>"
  }

  private var lastSuccess: HTML {
    guard let health else { return "–" }
    guard let moment = health.lastSuccessAt else { return "None yet" }
    return TimeText(moment: moment, form: .minute, now: shell.now).html
  }

  private var failingSince: HTML {
    guard let since = health?.failingSince else { return HTML() }
    let time = TimeText(moment: since, form: .minute, now: shell.now).html
    return "<span class=\"sub\">failing since \(time)</span>"
  }

}
