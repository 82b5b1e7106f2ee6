import Domain

/// How far a job has come, and what came of it. It can be left and come back to.
struct RetryJobPage {
  let shell: Shell
  let webhook: Webhook
  let job: RetryJob
  /// More than were counted when it was asked for.
  var more: Int?

  func render() -> HTML {
    Frame(
      title: "\(words.title) – \(webhook.name)", section: .webhooks, subject: job.id.rawValue,
      content: """
        \(PageHead(
          back: (shell.links(.webhook(webhook.id)), webhook.name), heading: HTML(words.title),
          lede: """
            Started \(TimeText(moment: job.createdAt, now: shell.now).html)\(moreNote)
            """
        ).render())
        <section class="card" id="job" aria-labelledby="job-heading" \
        data-say="\(said)"\(HTML.attribute("data-poll", job.state.isOver ? nil : "2000"))>
        <div class="part"><h2 id="job-heading">\(words.state)</h2>
        <p><progress value="\(job.done)" max="\(job.total)" aria-label="Progress"></progress></p>
        <p>\(numbers)</p>\(explanation)</div>
        <div class="part foot">\(actions)</div>
        </section>
        """
    ).render(in: shell)
  }

  private var words: RetryJobWords { RetryJobWords(job: job) }

  private var moreNote: HTML? {
    more.map { " · \(Words.number($0)) more than were shown: \(Words.number(job.total))" }
  }

  /// Changes at the start, each quarter and the end, so that no more is announced.
  private var said: String {
    if job.state.isOver { return words.state }
    let quarter = job.total == 0 ? 0 : job.done * 4 / job.total
    return quarter == 0 ? "Started" : "\(min(quarter, 3) * 25) %"
  }

  private var numbers: String {
    let done = "\(Words.number(job.done)) of \(Words.number(job.total))"
    if job.kind == .drop { return "\(done) dropped" }
    let word = job.state.isOver ? "not tried" : "to go"
    let left = job.left > 0 ? " · \(Words.number(job.left)) \(word)" : ""
    let rest = job.secondsLeft(at: shell.now).map { " · \(Words.about(seconds: $0))" } ?? ""
    return "\(done) · \(Words.number(job.delivered)) delivered · "
      + "\(Words.number(job.failed)) \(words.failedWord)" + left + rest
  }

  private var explanation: HTML? {
    switch job.state {
    case .gaveUp:
      """
      <p class="hint">So that a broken endpoint is not hammered. \(Words.number(job.left)) were not \
      tried. Mend the endpoint, send a test, then retry the rest.</p>
      """
    case .done where job.left > 0:
      """
      <p class="hint">\(Words.number(job.left)) were not sent: their payload is no longer kept, or \
      they were sent otherwise meanwhile.</p>
      """
    case .running where job.isSlow:
      """
      <p class="hint">Each still gets its attempt, slowly, so that a broken endpoint is not hammered. \
      You can leave this page; the job goes on, and faster once one is delivered. Or stop it, mend the \
      endpoint, send a test, then retry the rest.</p>
      """
    case .running, .stopping, .givingUp:
      "<p class=\"hint\">You can leave this page; the job goes on.</p>"
    case .done, .stopped, .paused: nil
    }
  }

  private var test: HTML {
    """
    <a class="button plain" href="\(shell.links(.test(webhook.id)))">Send test event</a>
    """
  }

  private var actions: HTML {
    let here = shell.links(.retryJob(job.id, of: webhook.id))
    if job.state == .running {
      return """
        <a class="button plain" href="\(shell.links(.stopRetryJob(job.id, of: webhook.id)))" \
        data-confirm-link>Stop</a> <a class="button quiet" href="\(here)">Check again</a>\
        \(job.isSlow ? test : nil)
        """
    }
    guard job.state.isOver else {
      return "<a class=\"button plain\" href=\"\(here)\">Check again</a>"
    }
    let isUnfinished = job.left > 0 && job.state != .done
    let again = RetryChoice(job.kind, since: .moment(job.since))
    let goOn: HTML? =
      (isUnfinished || (job.kind == .retry && job.failed > 0))
      ? """
      <a class="button plain" href="\(shell.links(.retryMany(webhook.id, again)))">\
      \(job.kind == .retry ? "Retry the failed ones" : "Go on with the rest")</a>
      """ : nil
    let mayBeBroken = job.state == .gaveUp || (job.delivered == 0 && job.failed > 0)
    let failed: HTML? =
      job.failed > 0
      ? """
      <a class="button plain" href="\(shell.links(.webhook(
        webhook.id, DeliveryFilter(status: job.kind == .retry ? .failed : .retrying))))">See them</a>
      """ : nil
    return """
      \(failed)\(goOn)\(mayBeBroken ? test : nil)
      <a class="button primary" href="\(shell.links(.webhook(webhook.id)))">Back to \
      \(webhook.name)</a>
      """
  }
}

/// Asks whether a job is to stop.
struct StopRetryJobPage {
  let shell: Shell
  let webhook: Webhook
  let job: RetryJob

  func render() -> HTML {
    ConfirmPage(
      shell: shell, back: (shell.links(.retryJob(job.id, of: webhook.id)), "the job"),
      title: job.kind == .drop ? "Stop dropping?" : "Stop sending?",
      text: """
        \(Words.number(job.done)) are done and stay done; the other \(Words.number(job.left)) stay as \
        they were.
        """,
      action: .stopRetryJob(job.id, of: webhook.id), keep: "Keep going", button: "Stop",
      busy: "Stopping…"
    ).render()
  }
}
