import Domain

/// All webhooks of a person: which one needs them.
struct WebhooksPage {
  /// One webhook and how it has been doing.
  struct Row {
    let webhook: Webhook
    /// Nil when the numbers cannot be read just now.
    let health: WebhookHealth?
    /// Deliveries kept while it is paused.
    var heldCount: BoundedCount?
  }

  let shell: Shell
  /// In the order they are shown: stopped, failing, then by name.
  let rows: [Row]
  var filter = WebhookListFilter()
  /// What has just been done.
  var banner: Banner?

  func render() -> HTML {
    Frame(
      title: "Webhooks", section: .webhooks,
      content: """
        \(banner?.render())\(PageHead(
          heading: "Webhooks",
          lede: "We send an HTTPS request to your own systems when something happens.",
          actions: rows.isEmpty ? nil : addLink
        ).render())
        \(rows.isEmpty ? empty : WebhookListTools(shell: shell, rows: rows, filter: filter).render())
        \(rows.isEmpty ? nil : shown.isEmpty ? nothing : list)
        \(rows.isEmpty ? nil : workerLine)
        """
    ).render(in: shell)
  }

  private var shown: [Row] { rows.filter { filter.shows($0) } }

  /// Where none of them is what was asked for.
  private var nothing: HTML {
    let kind = filter.health.map { $0.label.lowercased() + " " } ?? ""
    let search: HTML? = filter.search.isEmpty ? nil : " with “\(filter.search)” in it"
    return """
      <div class="card"><div class="blank"><p>No \(kind)webhook\(search).</p>
      <p><a class="button plain" href="\(shell.links(.webhooks))">Show all</a></p></div></div>
      """
  }

  private var workerLine: HTML {
    WorkerWords(seenAt: shell.attention.workerSeenAt, now: shell.now).line
  }

  private var addLink: HTML {
    """
    <a class="button primary" href="\(shell.links(.newWebhook))">\(Icon.plus)Add webhook</a>
    """
  }

  private var empty: HTML {
    let schedule = shell.site.schedule
    return """
      <div class="card">
      <div class="empty">
      \(Drawing.patch)
      <h2>Send events to your own systems</h2>
      <p>Add an address and choose what to send. Each request is signed, so your system can check \
      that it comes from us.</p>
      <p class="buttons">\(addLink) <a class="button quiet" href="\(shell.links(.events))">See the \
      events</a></p>
      </div>
      <ul class="facts plain">
      <li>\(Icon.shield)<h3>Signed</h3><p>Every request carries a signature your system can \
      check.</p></li>
      <li>\(Icon.retry)<h3>Retried</h3><p>No 2xx answer? Up to \
      \(Words.number(schedule.attempts)) tries over \(Words.length(schedule.span)).</p></li>
      <li>\(Icon.list)<h3>On record</h3><p>Each request and answer is kept for \
      \(Words.length(shell.site.payloadRetention)).</p></li>
      </ul>
      </div>
      """
  }

  private var list: HTML {
    """
    <div class="card table webhooks">
    <table role="table">
    <caption class="unseen">Your webhooks</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Webhook</th>\
    <th role="columnheader" scope="col">Health</th>\
    <th role="columnheader" scope="col">Last 24 hours</th>\
    <th role="columnheader" scope="col">Sending</th></tr></thead>
    <tbody role="rowgroup">
    \(shown.map(row))
    </tbody>
    </table>
    </div>
    <p class="legend"><span class="good">Delivered, above the line</span> \
    <span class="poor">Failed, below it</span> \
    <span class="last">One bar is one hour. Each row has its own scale.</span></p>
    """
  }

  private func row(_ row: Row) -> HTML {
    let webhook = row.webhook
    let state = WebhookState(webhook, row.health)
    return """
      <tr role="row" id="w-\(webhook.id.description)">
      <th role="rowheader" scope="row"><a class="name" href="\(shell.links(.webhook(webhook.id)))">\
      \(webhook.name)</a><code class="address">\(HTML.breakable(webhook.endpointURL.withoutQuery))\
      </code><span class="sub">\(EventWords.short(webhook.events))</span></th>
      <td role="cell" data-label="Health" data-part="health-\(webhook.id.description)">\
      \(state?.tag.inList ?? "–")\(since(row, state))</td>
      <td role="cell" data-label="Last 24 hours">\(numbers(row, state))</td>
      <td role="cell" data-label="Sending">\(sending(webhook))</td>
      </tr>

      """
  }

  /// What we stopped has a button of its own: resuming it is no mere flip of a switch.
  private func sending(_ webhook: Webhook) -> HTML {
    switch webhook.status {
    case .active, .paused(.user):
      ActiveSwitch(shell: shell, webhook: webhook, isInList: true).render()
    case .paused(.failing), .paused(.gone), .paused(.damaged):
      ResumeButton(shell: shell, webhook: webhook, isInList: true).render()
    }
  }

  private func since(_ row: Row, _ state: WebhookState?) -> HTML {
    switch state {
    case .failing, .stopped:
      guard let since = row.health?.failingSince else { return HTML() }
      let time = TimeText(moment: since, form: .minute, now: shell.now, hasAge: true).html
      return "<span class=\"sub\">since \(time)</span>"
    case .new:
      let time = TimeText(moment: row.webhook.createdAt, form: .minute, now: shell.now).html
      return "<span class=\"sub\">Added \(time)</span>"
    case .paused: return "<span class=\"sub\">by you</span>"
    case .healthy, nil: return HTML()
    }
  }

  private func numbers(_ row: Row, _ state: WebhookState?) -> HTML {
    guard let health = row.health else {
      return "<p class=\"figure\">Numbers unavailable just now</p>"
    }
    if state == .new { return "<p class=\"figure none\">Nothing sent yet</p>" }
    let held = row.heldCount.flatMap { $0.number > 0 ? $0 : nil }
    return """
      \(Sparkline(health: health).render())\
      \(held.map { count in
        """
        <span class="sub">\(Words.count(count, "event", "events")) not sent while paused</span>
        """
      })
      """
  }
}
