import Domain

/// Sends a test of any event type to a webhook, and shows what came back.
///
/// Fields, beside `csrf` and `form_id`: `event`, `data` (the JSON of the event's `data`); the button
/// `load` fills in the sample of the event.
struct TestPage {
  struct Result {
    let delivery: Delivery
    /// nil while it is being sent.
    let attempt: Attempt?

    var isSuccess: Bool { delivery.state.status == .delivered }
  }

  let shell: Shell
  let webhook: Webhook
  /// Those that can be chosen.
  let types: [EventType]
  let type: EventType
  let formID: String
  var payload: String
  /// The last tests, newest first.
  var history: [Delivery] = []
  /// What cannot be signed or sent as it should.
  var damage: WebhookDamage?
  var result: Result?
  /// Since when failed deliveries can be sent again, where the webhook was stopped and this works.
  var failedSince: Timestamp?
  var errors: [FieldError] = []

  func render() -> HTML {
    let errors = FormErrors(list: errors)
    return Frame(
      title: title, hasErrors: !errors.list.isEmpty, section: .webhooks,
      content: """
        \(PageHead(
          back: (shell.links(.webhook(webhook.id)), webhook.name), errors: errors,
          heading: "Send a test event",
          lede: """
            It is signed and sent like a real one, marked as a test, and counted nowhere.
            """
        ).render())
        \(damaged)
        <div class="tested">
        \(form(errors))
        \(resultPart)
        </div>
        \(historyPart)
        """
    ).render(in: shell)
  }

  private var damaged: HTML? {
    damage.map {
      DamageWords(shell: shell, webhook: webhook, damage: $0)
        .notice(kept: "No test can be sent either.").render()
    }
  }

  private var title: String {
    guard let result else { return "Send a test event – \(webhook.name)" }
    return "\(DeliveryWord(result.delivery).tag.word): test – \(webhook.name)"
  }

  private func form(_ errors: FormErrors) -> HTML {
    """
    <form class="card" method="post" action="\(shell.links(.test(webhook.id)))" novalidate \
    data-in-place data-busy="Sending…">
    \(shell.tokenField)<input type="hidden" name="form_id" value="\(formID)">
    <button class="unseen" tabindex="-1" aria-hidden="true"></button>
    <div class="part">
    <div class="field"><label for="event">Event</label>\
    \(errors.message(for: "event"))\
    <div class="row"><div class="select short"><select id="event" name="event"\
    \(errors.ties(for: "event", hasHint: false))>\
    \(types.map { option($0) })</select>\(Icon.chevronDown)</div>\
    <button class="button plain" name="load" value="1">Load sample</button></div>\(notChosen)</div>
    <div class="field"><label for="data">Payload</label>\
    <p class="hint" id="data-hint">The event’s <code>data</code>, as JSON. Type and time are put \
    around it.</p>\(errors.message(for: "data"))\
    <textarea id="data" name="data" rows="12" spellcheck="false" autocomplete="off" \
    autocapitalize="none"\(errors.ties(for: "data", hasHint: true))>\("\n" + payload)</textarea></div>
    </div>
    <div class="part foot"><button class="button primary">Send test event</button> \
    <a class="button quiet" href="\(shell.links(.test(webhook.id, event: type.name)))">Reset to the \
    sample</a></div>
    </form>
    """
  }

  private func option(_ each: EventType) -> HTML {
    "<option\(HTML.flag("selected", when: each.name == type.name))>\(each.name)</option>"
  }

  private var notChosen: HTML? {
    guard !webhook.events.contains(type.name) else { return nil }
    return """
      <p class="hint">This webhook has not chosen \(type.name). The test is sent anyway; real ones \
      are not.</p>
      """
  }

  private var resultPart: HTML {
    guard let result else {
      return """
        <section class="card result" aria-labelledby="result-heading"><div class="bar">\
        <h2 id="result-heading">Result</h2></div><p class="part sub">Not sent yet.</p></section>
        """
    }
    let address = shell.links(.delivery(result.delivery.id, of: webhook.id))
    guard let attempt = result.attempt else {
      let again = shell.links(.testResult(result.delivery.id, of: webhook.id))
      return """
        <section class="card result" id="result" data-poll="1000" data-say="" \
        aria-labelledby="result-heading">
        <div class="bar"><h2 id="result-heading">Still sending</h2></div>
        <div class="part"><p>We are waiting for the answer.</p>
        <p><a class="button plain small" href="\(again)">Check again</a></p></div></section>
        """
    }
    return """
      <section class="card result" id="result" data-say="\(said(result, attempt))" \
      aria-labelledby="result-heading">
      <div class="bar"><h2 id="result-heading" tabindex="-1" data-result>Result</h2>\
      \(DeliveryWord(result.delivery).tag.html)\(answer(attempt))</div>
      \(works)
      \(result.isSuccess ? nil : cause(attempt))
      \(TimingBar(timings: attempt.timings).render())
      \(AttemptPanel(attempt: attempt, body: nil, retention: shell.site.payloadRetention).response)
      <div class="part foot"><a class="button plain" href="\(address)">See the full delivery</a> \
      <a class="button quiet" href="\(shell.links(.checkSignature(result.delivery.id)))">Check its \
      signature</a></div>
      </section>
      """
  }

  private func said(_ result: Result, _ attempt: Attempt) -> String {
    let time = attempt.timings.total.map { ", " + Words.duration(microseconds: $0) } ?? ""
    if result.isSuccess { return "Test delivered, \(attempt.responseStatus ?? 0)\(time)" }
    return "Test failed: \(Cause(attempt).sentence)"
  }

  private func answer(_ attempt: Attempt) -> HTML? {
    attempt.responseStatus.map { status in
      let time = attempt.timings.total.map { " in \(Words.duration(microseconds: $0))" } ?? ""
      return """
        <code class="code \(attempt.error == nil ? "ok" : "bad")">\(StatusWords.line(status))</code>\
        <span class="sub">\(time)</span>
        """
    }
  }

  private func cause(_ attempt: Attempt) -> HTML {
    let cause = Cause(attempt)
    return """
      <div class="part"><p class="sentence">\(cause.sentence)</p>\
      <p class="advice">\(damage == nil ? cause.advice : "What to do is said above.")</p></div>
      """
  }

  /// A success of one that we stopped offers to go on; nothing turns itself on.
  private var works: HTML? {
    guard let failedSince else { return nil }
    let choice = RetryChoice(.retry, since: .moment(failedSince))
    return """
      <div class="part"><p class="sentence">It works.</p>
      <p class="advice">We had stopped sending to “\(webhook.name)”. Resume it, and new events are \
      sent again. What failed meanwhile can be sent again then.</p>
      <div class="buttons">\(ResumeButton(shell: shell, webhook: webhook).render())\
      <a class="button plain" href="\(shell.links(.retryMany(webhook.id, choice)))">Retry failed \
      deliveries</a></div></div>
      """
  }

  private var historyPart: HTML {
    guard !history.isEmpty else { return HTML() }
    return """
      <section class="card" aria-labelledby="history-heading"><div class="bar">\
      <h2 id="history-heading">Last tests</h2></div>
      <ul class="types plain">
      \(history.map { test in
        """
        <li><a href="\(shell.links(.testResult(test.id, of: webhook.id)))">\
        <code>\(test.eventType)</code></a> \(DeliveryWord(test).tag.inList) \
        <span class="sub">\(TimeText(moment: test.createdAt, now: shell.now, hasAge: true).html)\
        </span></li>

        """
      })</ul>
      </section>
      """
  }
}
