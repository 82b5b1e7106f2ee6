import Domain

/// How far an administrator's job has come. It can be left, shared and come back to.
struct BulkJobPage {
  let shell: Shell
  let job: BulkJob
  let names: DeadFilterWords.Names
  let isMine: Bool

  private var here: String { shell.links(.deliveries(.job(job.id))) }
  private var list: String { shell.links(.deliveries(.dead())) }

  func render() -> HTML {
    Frame(
      title: title, section: .adminDead,
      content: """
        \(PageHead(
          back: (list, "Failed for good"), heading: HTML(title),
          lede: """
            \(DeadFilterWords(filter: job.filter, names: names).sentence) · started \
            \(TimeText(moment: job.createdAt, now: shell.now).html) by \(starter)
            """
        ).render())
        <section class="card" id="job" aria-labelledby="job-heading" \
        data-say="\(said)"\(HTML.attribute("data-poll", job.state.isOver ? nil : "2000"))>
        <div class="part"><h2 id="job-heading">\(state)</h2>
        <p><progress value="\(job.total - job.left)" max="\(job.total)" aria-label="Progress">\
        </progress></p>
        <p>\(numbers)</p>\(explanation)</div>
        <div class="part foot">\(actions)</div>
        </section>
        """
    ).render(in: shell)
  }

  private var starter: String { isMine ? "you" : job.startedBy ?? "a deleted user" }

  private var title: String {
    (job.kind == .drop ? "Dropping " : "Retrying ") + Words.deliveries(job.total)
  }

  /// Changes at the start, each quarter and the end, so that no more is announced.
  private var said: String {
    if job.state.isOver { return state }
    let quarter = job.total == 0 ? 0 : (job.total - job.left) * 4 / job.total
    return quarter == 0 ? "Started" : "\(quarter * 25) %"
  }

  private var numbers: String {
    var parts = ["\(Words.number(job.done)) of \(Words.number(job.total))"]
    if job.kind == .drop {
      parts[0] += " dropped"
    } else {
      parts.append("\(Words.number(job.delivered)) delivered")
      parts.append("\(Words.number(job.failed)) failed again")
    }
    if job.skipped > 0 { parts.append("\(Words.number(job.skipped)) passed over") }
    if job.left > 0 {
      parts.append("\(Words.number(job.left)) \(job.state.isOver ? "not tried" : "to go")")
    }
    return parts.joined(separator: " · ")
  }

  private var state: String {
    switch (job.state, job.kind) {
    case (.running, _) where job.isSlow:
      "Under way, one at a time: the last \(Words.number(job.failedInRow)) failed"
    case (.running, _): "Under way"
    case (.stopping, _): "Stopping: what is queued already ends by its result"
    case (.givingUp, _): "Stopping by itself after failures in a row"
    case (.stopped, _): "Stopped by a person"
    case (.gaveUp, _): "Stopped by itself after \(BulkJob.failureLimit) failures in a row"
    case (.paused, _): "Ended early"
    case (.done, .drop): "All \(Words.number(job.done)) dropped"
    case (.done, _) where job.done == 0: "Nothing could be sent"
    case (.done, _) where job.failed == 0 && job.left + job.skipped == 0:
      "All \(Words.number(job.total)) delivered"
    case (.done, _) where job.delivered == 0: "All failed again"
    case (.done, _):
      "\(Words.number(job.delivered)) delivered, \(Words.number(job.failed)) failed again"
    }
  }

  private var explanation: HTML? {
    switch job.state {
    case .running where job.isSlow:
      """
      <p class="hint">Each still gets its attempt, slowly, so that broken endpoints are not hammered. You \
      can leave this page; the job goes on, and faster once one is delivered. Or stop it, and retry by \
      host what is mended.</p>
      """
    case .running, .stopping, .givingUp:
      "<p class=\"hint\">You can leave this page; the job goes on.</p>"
    case .gaveUp:
      """
      <p class="hint">So that broken endpoints are not hammered. Narrow the list by host, and retry \
      what is mended.</p>
      """
    case .done where job.skipped > 0:
      """
      <p class="hint">Passed over: the webhook is paused or deleted, its user disabled, or the payload \
      no longer kept.</p>
      """
    case .done where job.left > 0:
      "<p class=\"hint\">The others were sent again or dropped otherwise meanwhile.</p>"
    case .done, .stopped, .paused: nil
    }
  }

  private var actions: HTML {
    if job.state == .running {
      return """
        <a class="button plain" href="\(shell.links(.deliveries(.stopJob(job.id))))" \
        data-confirm-link>Stop</a> <a class="button quiet" href="\(here)">Check again</a>
        """
    }
    guard job.state.isOver else {
      return "<a class=\"button plain\" href=\"\(here)\">Check again</a>"
    }
    var filter = job.filter
    filter.selection = nil
    let rest: HTML? =
      job.failed + job.left + job.skipped > 0
      ? """
      <a class="button plain" \
      href="\(shell.links(.deliveries(.dead(DeadChoice(filter)))))">See what is left</a>
      """ : nil
    return """
      \(rest)<a class="button primary" href="\(list)">Back to failed for good</a>
      """
  }
}

/// Asks whether an administrator's job is to stop.
struct StopBulkJobPage {
  let shell: Shell
  let job: BulkJob

  func render() -> HTML {
    let button =
      "Stop \(job.kind == .drop ? "dropping" : "retrying") \(Words.deliveries(job.total))"
    return ConfirmPage(
      shell: shell, section: .adminDead,
      back: (shell.links(.deliveries(.job(job.id))), "the job"),
      title: "\(button)?",
      text: """
        \(Words.number(job.done)) are done and stay done. \(job.kind == .drop ? nil : queued)The others stay as \
        they were.
        """,
      action: .deliveries(.stopJob(job.id)), keep: "Keep going", button: button, busy: "Stopping…"
    ).render()
  }

  private var queued: HTML { "What is queued already, at most \(BulkJob.window), still goes out. " }
}
