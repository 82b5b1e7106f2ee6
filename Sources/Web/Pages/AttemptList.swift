import Domain

/// The attempts of a delivery, newest first; each leads to its own panel.
struct AttemptList {
  let shell: Shell
  let delivery: Delivery
  /// In the order they were made.
  let attempts: [Attempt]
  let shown: Int
  /// Where an attempt's own address leads, where it is not its owner who looks.
  var route: ((Int) -> Route)?

  func render() -> HTML {
    """
    <section class="card attempts" aria-labelledby="attempts-heading">
    <div class="bar"><h2 id="attempts-heading">Attempts</h2><p class="sub">\(plan)</p></div>
    <ol class="timeline plain" reversed data-swap>
    \(attempts.indices.reversed().map(item))
    </ol>
    \(planned)
    </section>
    """
  }

  private var plan: String {
    switch delivery.state {
    case .pending: "\(attempts.count) so far"
    default: "\(attempts.count) · no more planned"
    }
  }

  /// Before the jitter, so about then.
  private var planned: HTML? {
    guard case .pending(let due) = delivery.state, !delivery.isInFlight else { return nil }
    let times = [due] + delivery.laterAttempts(shell.site.schedule)
    return """
      <div class="part"><h3>Next tries, as long as they fail</h3>
      <ol class="plain">\(times.map { time in
        "<li class=\"sub\">\(TimeText(moment: time, now: shell.now).html)</li>"
      })</ol></div>
      """
  }

  private func item(_ index: Int) -> HTML {
    let attempt = attempts[index]
    let failed = attempt.error != nil
    let link = shell.links(
      route?(attempt.number)
        ?? .delivery(delivery.id, of: delivery.webhookID, attempt: attempt.number))
    let result: HTML =
      attempt.responseStatus.map { "<code class=\"code\">\($0)</code>" }
      ?? attempt.error.map { "<span class=\"sub\">\($0.inShort)</span>" } ?? HTML()
    let took = attempt.timings.total.map { Words.duration(microseconds: $0) }
    let start = TimeText(moment: attempt.startedAt, form: .millisecond, now: shell.now)
    return """
      <li class="\(failed ? "bad" : "ok")"><a href="\(link)#attempt"\
      \(HTML.attribute("aria-current", attempt.number == shown ? "true" : nil))>\
      <span class="node">\(failed ? Icon.cross : Icon.check)</span>\
      <span class="line"><b>Attempt \(attempt.number)</b> \(result) \
      <span class="took">\(took ?? "")</span></span>\
      <span class="sub">\(reason(index))</span>\
      <span class="sub">\(start.html)</span></a></li>

      """
  }

  private func reason(_ index: Int) -> String {
    let attempt = attempts[index]
    if attempt.isManual {
      let byOne = route == nil ? "Sent again by you" : "Sent again by hand"
      return attempt.jobID == nil ? byOne : "Sent again with others"
    }
    if delivery.isTest { return "Test" }
    if attempt.jobID != nil { return "Sent on after the pause" }
    guard index > 0 else { return "First try" }
    let wait = attempt.startedAt.seconds - attempts[index - 1].startedAt.seconds
    return "Retry, \(Words.shortLength(seconds: Int(max(0, wait)))) later"
  }
}
