import Domain

/// One page of a webhook's deliveries, as its address asks for.
struct DeliveryLog {
  struct Row {
    let delivery: Delivery
    /// Of its last attempt, in microseconds.
    var duration: Int64?
  }

  enum Rows {
    case read([Row])
    /// They cannot be read just now; the rest of the page can.
    case unavailable
  }

  let filter: DeliveryFilter
  let rows: Rows
  /// Where the next page in each direction begins; nil at the ends.
  var newer: DeliveryFilter.Place?
  var older: DeliveryFilter.Place?
  /// The search gave up here before the page was full.
  var searchedBackTo: Timestamp?
}

/// The log with its filters, as a part of the webhook's page.
struct DeliveryLogPart {
  let shell: Shell
  let webhook: Webhook
  let eventTypes: [EventType]
  let log: DeliveryLog

  func render() -> HTML {
    let form = LogFilterForm(
      shell: shell, webhook: webhook, eventTypes: eventTypes, filter: log.filter)
    return """
      <section class="card log" aria-labelledby="log-heading">
      <div class="bar"><h2 id="log-heading">Deliveries</h2>\
      <p class="sub">\(words.sentence)</p></div>
      \(form.render())
      \(log.filter.place == .lost ? lost : nil)
      \(tools)
      \(content)
      </section>
      """
  }

  private var words: FilterWords { FilterWords(filter: log.filter, now: shell.now) }

  private func link(_ place: DeliveryFilter.Place?) -> String {
    shell.links(.webhook(webhook.id, log.filter.at(place)))
  }

  /// What can be done with what the filter leaves; and what came meanwhile, once the script sees some.
  private var tools: HTML? {
    guard case .read(let rows) = log.rows, !rows.isEmpty, log.filter.problems.isEmpty else {
      return nil
    }
    let all = log.filter.at(nil)
    let choice = RetryChoice(
      .retry, since: log.filter.start(now: shell.now).map(RetryChoice.Since.moment),
      until: log.filter.to, event: log.filter.event)
    let newest = rows[0].delivery
    let newer = shell.links(
      .newerDeliveries(
        webhook.id, all.at(.before(Cursor(time: newest.createdAt, id: newest.id.rawValue)))))
    let live: HTML? =
      log.newer == nil
      ? """
      <a class="button plain small" href="\(link(nil))" data-newer="\(newer)" hidden>New deliveries</a>
      """ : nil
    return """
      <div class="bar tools-of-log">\(live)\
      <a class="button plain small" href="\(shell.links(.retryMany(webhook.id, choice)))">Retry failed \
      deliveries</a>\(webhook.status.isActive && rows.contains { $0.delivery.state == .held } ? held : nil)\
      <span class="end sub">Export: \
      <a href="\(shell.links(.deliveryFile(webhook.id, all, .csv)))" download>CSV</a> · \
      <a href="\(shell.links(.deliveryFile(webhook.id, all, .jsonl)))" download>JSON lines</a></span></div>
      """
  }

  /// While it is paused the notice above has the same.
  private var held: HTML {
    """
    <a class="button plain small" \
    href="\(shell.links(.retryMany(webhook.id, RetryChoice(.recover))))">Send what was missed</a>\
    <a class="button plain small" \
    href="\(shell.links(.retryMany(webhook.id, RetryChoice(.drop))))">Drop what was missed</a>
    """
  }

  private var lost: HTML {
    "<p class=\"note\">That page is no longer kept. Showing the newest.</p>"
  }

  private var content: HTML {
    if !log.filter.problems.isEmpty { return HTML() }
    switch log.rows {
    case .unavailable:
      return """
        <div class="blank"><p><b>Couldn’t load recent deliveries.</b> The webhook itself is not \
        affected.</p><p><a class="button plain small" href="\(link(log.filter.place))">Try \
        again</a></p></div>
        """
    case .read(let rows) where rows.isEmpty: return nothing
    case .read(let rows): return table(rows)
    }
  }

  private var nothing: HTML {
    if let time = log.searchedBackTo {
      return """
        <div class="blank"><p>\(words.nothing) back to \
        \(TimeText(moment: time, form: .minute, now: shell.now).html).</p>\(pager(nil))</div>
        """
    }
    if log.filter.narrows || log.filter.place != nil {
      let all = shell.links(.webhook(webhook.id))
      return """
        <div class="blank"><p>\(words.nothing).</p>\
        <p><a class="button plain small" href="\(all)">Clear filters</a></p></div>
        """
    }
    return """
      <div class="blank"><p><b>Nothing sent yet.</b> Deliveries appear here as events happen.</p>\
      </div>
      """
  }

  private func table(_ rows: [DeliveryLog.Row]) -> HTML {
    let shown = rows.map { LogRow(shell: shell, row: $0) }
    let retry: HTML? =
      shown.contains(where: \.canBeChosen)
      ? """
      <div class="bar foot"><button class="button plain small">Retry the chosen…</button>\
      <span class="sub">Nothing is sent before you say so.</span></div>

      """ : nil
    return """
      <form method="get" action="\(shell.links(.retryMany(webhook.id, RetryChoice(.retry))))" novalidate>
      <div class="table deliveries">
      <table role="table">
      <caption class="unseen">Deliveries, \(words.sentence)</caption>
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="tick">\
      <span class="unseen">Choose</span></th>\
      <th role="columnheader" scope="col">Status</th>\
      <th role="columnheader" scope="col">Delivery</th>\
      <th role="columnheader" scope="col">Attempts</th>\
      <th role="columnheader" scope="col">Answer</th>\
      <th role="columnheader" scope="col" class="end">When</th></tr></thead>
      <tbody role="rowgroup">
      \(shown.map { $0.render() })
      </tbody>
      </table>
      </div>
      \(retry)</form>
      \(pager(rows))
      """
  }

  private func pager(_ rows: [DeliveryLog.Row]?) -> HTML {
    let first = rows?.first?.delivery.createdAt
    let last = rows?.last?.delivery.createdAt
    let showing: HTML? =
      if let rows, let first, let last {
        """
        <p class="sub">Showing \(rows.count), \(TimeText(moment: first, now: shell.now).html) to \
        \(TimeText(moment: last, now: shell.now).html)</p>
        """
      } else {
        nil
      }
    let hasLinks = log.newer != nil || log.older != nil
    return """
      <div class="bar foot">\(showing)\
      \(hasLinks ? "<nav aria-label=\"Pages\">\(pageLinks)</nav>" : nil)</div>
      """
  }

  private var pageLinks: HTML {
    func button(_ place: DeliveryFilter.Place, _ label: String) -> HTML {
      "<a class=\"button plain small\" href=\"\(link(place))\">\(label)</a>"
    }
    let further = log.searchedBackTo == nil ? "Older" : "Search further"
    return """
      \(log.newer.map { button($0, "Newer") })\(log.older.map { button($0, further) })
      """
  }
}
