import Domain

/// The card above a delivery that is not delivered: the cause, what to do, and what comes next.
struct WhatWentWrong {
  let shell: Shell
  let delivery: Delivery
  /// In the order they were made.
  let attempts: [Attempt]

  func render() -> HTML {
    let cause = delivery.error == .dropped ? Cause.dropped : attempts.last.map(Cause.init)
    guard let cause else { return HTML() }
    return """
      <section class="card wrong" aria-labelledby="wrong-heading">
      <span class="badge">\(Icon.warning)</span>
      <div class="cause"><h2 class="small" id="wrong-heading">What went wrong</h2>
      <p class="sentence">\(cause.sentence)</p><p class="advice">\(cause.advice)</p></div>
      <dl class="aside"><div><dt>Tries</dt><dd>\(tries)</dd></div>
      \(firstFailure)<div><dt>Next try</dt><dd>\(next)</dd></div></dl>
      </section>
      """
  }

  private var planned: Int { max(shell.site.schedule.attempts, delivery.attemptNumber) }

  private var tries: HTML {
    switch delivery.state {
    case .pending where !delivery.isTest: "\(delivery.attemptNumber) of \(planned)"
    default: "\(delivery.attemptNumber)"
    }
  }

  private var firstFailure: HTML? {
    attempts.first { $0.error != nil }.map { attempt in
      """
      <div><dt>First failed</dt><dd>\
      \(TimeText(moment: attempt.startedAt, now: shell.now).html)</dd></div>
      """
    }
  }

  private var next: HTML {
    guard case .pending(let due) = delivery.state else { return "None planned" }
    if delivery.isInFlight { return "Sending now" }
    if due <= shell.now { return "Due now" }
    return TimeText(moment: due, now: shell.now).html
  }
}
