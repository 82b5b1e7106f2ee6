import Domain

/// What would be sent again, sent on or dropped, before anything is done: a GET form that narrows it,
/// and a button that begins it.
///
/// Fields of both: `since` (a word or a time), `from` (a time instead), `until`, `event`, `d` (an id,
/// once for each delivery that was ticked). The button adds `csrf`, `form_id` and `count`.
struct RetryManyPage {
  let shell: Shell
  let webhook: Webhook
  let choice: RetryChoice
  let since: RetryChoice.Since
  let scope: RetryScope
  let types: [EventType]
  var failingSince: Timestamp?
  let formID: String
  /// nil where the choice has to be mended first.
  var counted: RetryCount?
  /// A job that has not ended.
  var running: RetryJob.ID?
  var errors: [FieldError] = []

  static func usual(_ kind: RetryJob.Kind, _ health: WebhookHealth?) -> RetryChoice.Since {
    if kind != .retry { return .all }
    return health?.failingSince == nil ? .hours(24) : .worked
  }

  func render() -> HTML {
    let errors = FormErrors(list: errors)
    return Frame(
      title: "\(title) – \(webhook.name)", hasErrors: !errors.list.isEmpty, section: .webhooks,
      content: """
        \(PageHead(
          back: (shell.links(.webhook(webhook.id)), webhook.name), errors: errors,
          heading: HTML(title), lede: HTML(lede)
        ).render())
        \(runningNote)
        \(choice.selection.isEmpty ? narrowing(errors) : nil)
        \(effect)
        """
    ).render(in: shell)
  }

  private var title: String {
    switch choice.kind {
    case .retry where !choice.selection.isEmpty: "Retry the chosen deliveries"
    case .retry: "Retry failed deliveries"
    case .recover: "Send what was not sent"
    case .drop: "Drop what was not sent"
    }
  }

  private var lede: String {
    switch choice.kind {
    case .retry: "Each gets one more attempt, a few at a time. Nothing is sent before you say so."
    case .recover:
      "What was kept while the webhook was paused is sent now, oldest first, and tried again as "
        + "any other. Nothing is sent before you say so."
    case .drop:
      "What was kept while the webhook was paused is given up: it stays in the log as failed and "
        + "is never sent by itself. Nothing is dropped before you say so."
    }
  }

  private var runningNote: HTML? {
    running.map { job in
      Notice(
        tone: .info, title: "This webhook’s deliveries are being sent again already",
        action: """
          <a class="button plain small" href="\(shell.links(.retryJob(job, of: webhook.id)))">See \
          it</a>
          """
      ).render()
    }
  }

  private func narrowing(_ errors: FormErrors) -> HTML {
    """
    <form class="card" method="get" action="\(shell.links(.retryMany(webhook.id, plain)))" \
    novalidate>
    <fieldset class="part"><legend>\(choice.kind == .retry ? "Failed since" : "Kept since")</legend>
    <div class="radios">\(sinceRadios)</div>
    <div class="filters flat">
    \(MomentField("from", "From (instead)", isOwnTime ? scope.since : nil).render(errors))
    \(MomentField("until", "Until (optional)", choice.until).render(errors))
    \(SelectField("event", "Event", choice.event, events).render())
    </div></fieldset>
    <div class="part foot"><button class="button plain">\
    \(choice.kind == .drop ? "Show what would be dropped" : "Show what would be sent")</button></div>
    </form>
    """
  }

  private var plain: RetryChoice { RetryChoice(choice.kind) }

  private var isOwnTime: Bool { if case .moment = since { true } else { false } }

  private var sinceRadios: [HTML] {
    let labels = [
      "worked": "it last worked", "1h": "1 hour", "24h": "24 hours", "7d": "7 days",
      "30d": "30 days", "all": "the beginning",
    ]
    return RetryChoice.Since.words.filter { choice.kind == .retry || $0.since != .worked }.map {
      word, value in
      """
      <span class="radio"><input type="radio" id="since-\(word)" name="since" value="\(word)"\
      \(HTML.flag("checked", when: value == since))><label for="since-\(word)">\
      \(labels[word] ?? word)</label></span>
      """
    }
  }

  private var events: [(value: String, label: String)] {
    var names = types.map(\.name)
    if let event = choice.event, !names.contains(event) { names.append(event) }
    return [("", "All events")] + names.map { ($0, $0) }
  }

  private var effect: HTML {
    guard let counted else { return HTML() }
    guard counted.count > 0 else {
      let none: String =
        switch choice.kind {
        case .retry where !choice.selection.isEmpty: "None of them can be sent again."
        case .retry: "No failed deliveries in this time."
        case .recover, .drop: "Nothing is kept unsent in this time."
        }
      return """
        <section class="card" aria-labelledby="effect-heading"><div class="blank">\
        <h2 id="effect-heading">\(none)</h2>\(counted.isCut ? lookedUpTo(counted) : nil)</div></section>
        """
    }
    return """
      <section class="card" aria-labelledby="effect-heading">
      <div class="part"><h2 id="effect-heading">\(heading(counted))</h2>
      <p>\(span(counted))</p>
      <dl class="headers wide">\(byType(counted))</dl>
      \(counted.deliveredBefore > 0 && !choice.selection.isEmpty ? twice(counted) : nil)\
      \(counted.isCut ? cut(counted) : nil)\(warning)</div>
      \(action(counted))
      </section>
      """
  }

  private func heading(_ counted: RetryCount) -> String {
    (counted.isCut && counted.count >= RetryJob.pageLimit ? "More than " : "")
      + Words.deliveries(counted.count)
  }

  private func span(_ counted: RetryCount) -> HTML {
    guard let first = counted.first, let last = counted.last, choice.selection.isEmpty else {
      return "As you chose them in the log."
    }
    return """
      \(TimeText(moment: first, form: .minute, now: shell.now).html) to \
      \(TimeText(moment: last.time, form: .minute, now: shell.now).html)
      """
  }

  private func byType(_ counted: RetryCount) -> [HTML] {
    counted.byType.sorted { $0.value > $1.value || ($0.value == $1.value && $0.key < $1.key) }.map {
      "<div><dt>\($0.key)</dt><dd>\(Words.number($0.value))</dd></div>\n"
    }
  }

  private func twice(_ counted: RetryCount) -> HTML {
    """
    <p class="hint">\(Words.number(counted.deliveredBefore)) of them were delivered before and are \
    sent a second time, with the same webhook-id.</p>
    """
  }

  private func cut(_ counted: RetryCount) -> HTML {
    counted.count >= RetryJob.pageLimit
      ? """
      <p class="hint">The first \(Words.number(RetryJob.pageLimit)) are taken; then start again.</p>
      """ : lookedUpTo(counted)
  }

  private func lookedUpTo(_ counted: RetryCount) -> HTML {
    guard let last = counted.last else { return HTML() }
    return """
      <p class="hint">We looked at what happened until \
      \(TimeText(moment: last.time, form: .minute, now: shell.now).html). There may be more after \
      that; then start again from there.</p>
      """
  }

  private var warning: HTML? {
    guard choice.kind != .drop, let failingSince, webhook.status.isActive else { return nil }
    return """
      <p class="hint">Every attempt has failed since \
      \(TimeText(moment: failingSince, form: .minute, now: shell.now).html). \
      <a href="\(shell.links(.test(webhook.id)))">Send a test event</a> first.</p>
      """
  }

  private func action(_ counted: RetryCount) -> HTML {
    if choice.kind != .drop, !webhook.status.isActive {
      let back = shell.links(.webhook(webhook.id))
      return """
        <div class="part foot"><p>“\(webhook.name)” is paused: resume it first. \
        <a href="\(back)">Back to \(webhook.name)</a></p></div>
        """
    }
    guard running == nil else { return HTML() }
    let count = Words.deliveries(min(counted.count, RetryJob.pageLimit))
    let button =
      switch choice.kind {
      case .retry: "Retry \(count)"
      case .recover: "Send \(count)"
      case .drop: "Drop \(count)"
      }
    return """
      <form class="part foot" method="post" action="\(shell.links(.retryMany(webhook.id, plain)))" \
      novalidate data-busy="\(choice.kind == .drop ? "Dropping…" : "Starting…")">
      \(shell.tokenField)\(hidden("form_id", formID))\(hidden("count", String(counted.count)))\
      \(hidden("since", DeliveryFilter.text(scope.since)))\
      \(choice.until.map { hidden("until", DeliveryFilter.text($0)) })\
      \(choice.event.map { hidden("event", $0) })\
      \(choice.selection.map { hidden("d", $0.description) })\
      <button class="button \(choice.kind == .drop ? "danger" : "primary")">\(button)</button> \
      <a class="button quiet" href="\(shell.links(.webhook(webhook.id)))">Cancel</a>
      </form>
      """
  }

  private func hidden(_ name: String, _ value: String) -> HTML {
    "<input type=\"hidden\" name=\"\(name)\" value=\"\(value)\">"
  }
}
