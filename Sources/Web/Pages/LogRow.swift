import Domain

/// One delivery in the log.
struct LogRow {
  let shell: Shell
  let row: DeliveryLog.Row

  private var delivery: Delivery { row.delivery }

  func render() -> HTML {
    let link = shell.links(.delivery(delivery.id, of: delivery.webhookID))
    let test: HTML? = delivery.isTest ? " <span class=\"tag neutral\">Test</span>" : nil
    return """
      <tr role="row"><td role="cell" class="tick">\(box)</td>\
      <td role="cell" class="state">\(DeliveryWord(delivery).tag.inList)</td>\
      <th role="rowheader" scope="row"><a href="\(link)"><code>\(delivery.eventType)</code>\
      <span class="unseen">, delivery \(delivery.id.description)</span></a> \
      <code class="id" aria-hidden="true">…\(String(delivery.id.description.suffix(8)))</code>\
      \(test)</th>\
      <td role="cell" class="tries" data-label="Attempts">\(attempts)</td>\
      <td role="cell" class="answer">\(answer)</td>\
      <td role="cell" class="end">\
      \(TimeText(moment: delivery.createdAt, now: shell.now, hasAge: true).html)</td></tr>

      """
  }

  /// What waits or is a test cannot be chosen.
  var canBeChosen: Bool {
    switch delivery.state {
    case .pending, .held: false
    case .delivered, .failed: !delivery.isTest
    }
  }

  private var box: HTML? {
    guard canBeChosen else { return nil }
    let id = delivery.id.description
    return """
      <input type="checkbox" name="d" value="\(id)" aria-label="\(delivery.eventType), \(id)">
      """
  }

  var attempts: HTML {
    guard delivery.attemptNumber > 0 else { return "–" }
    let planned = max(shell.site.schedule.attempts, delivery.attemptNumber)
    let count: HTML =
      delivery.isTest || delivery.state.status == .delivered
      ? "\(delivery.attemptNumber)" : "\(delivery.attemptNumber) of \(planned)"
    guard case .pending(let due) = delivery.state, !delivery.isInFlight else { return count }
    // It is its turn, but an endpoint that fails is asked one at a time.
    if due <= shell.now { return "\(count) <span class=\"sub\">due now</span>" }
    let next = TimeText(moment: due, form: .minute, now: shell.now)
    return "\(count) <span class=\"sub\">next \(next.html)</span>"
  }

  var answer: HTML {
    if let status = delivery.responseStatus, delivery.error != .dropped {
      let tone = delivery.error == nil ? "" : " bad"
      let time = row.duration.map { Words.duration(microseconds: $0) }
      return "<code class=\"code\(tone)\">\(status)</code> <span class=\"sub\">\(time ?? "")</span>"
    }
    if let error = delivery.error { return "<span class=\"sub\">\(error.inShort)</span>" }
    if case .pending(let due) = delivery.state, due <= shell.now {
      return "<span class=\"sub\">Due now</span>"
    }
    return "–"
  }
}

extension AttemptError {
  /// For a cell of a table.
  var inShort: String {
    switch self {
    case .dns: "Name not found"
    case .addressRefused: "Address refused"
    case .connect: "Nothing listening"
    case .connectTimeout: "No connection"
    case .tls: "TLS failed"
    case .timeout: "Timed out"
    case .reset: "Connection broke"
    case .protocol: "Not HTTP/1.1"
    case .redirect: "Redirected"
    case .status: "Refused"
    case .interrupted: "Interrupted"
    case .dropped: "Dropped"
    case .internal: "Our fault"
    }
  }
}
