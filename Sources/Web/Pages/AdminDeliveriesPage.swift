import Domain
import Store

/// The log over all webhooks, with what narrows it.
struct AdminDeliveriesPage {
  static let rowsOfPage = 25

  let shell: Shell
  let filter: AdminLogFilter
  let eventTypes: [EventType]
  var errors: [FieldError] = []
  /// nil where the filter has to be mended first.
  var rows: [DeliveryLog.Row]?
  var owners: [Webhook.ID: WebhookOwner] = [:]
  /// Where the next page in each direction begins; nil at the ends.
  var newer: DeliveryFilter.Place?
  var older: DeliveryFilter.Place?
  /// The search gave up here before the page was full.
  var searchedBackTo: Timestamp?

  func render() -> HTML {
    let form = AdminLogFilterForm(
      shell: shell, eventTypes: eventTypes, filter: filter, errors: errors)
    return Frame(
      title: "Deliveries of all users", hasErrors: !form.errors.list.isEmpty,
      section: .adminDeliveries,
      content: """
        \(PageHead(
          errors: form.errors, heading: "Deliveries",
          lede: "Of all users. What they carried is shown for a reason alone."
        ).render())
        <section class="card log" aria-labelledby="log-heading">
        <div class="bar"><h2 id="log-heading">Log</h2><p class="sub">\(sentence)</p></div>
        \(form.render())
        \(filter.log.place == .lost ? AdminPager.lost : nil)
        \(content)
        </section>
        """
    ).render(in: shell)
  }

  private var sentence: HTML {
    var parts: [HTML] = []
    if let id = filter.id { parts.append("id \(id)") }
    if let user = filter.user { parts.append("of \(user)") }
    if let webhook = filter.webhook { parts.append("webhook \(webhook)") }
    if let host = filter.host { parts.append("to \(host)") }
    if let code = filter.code { parts.append("answered \(code)") }
    var log = filter.log
    if filter.id != nil {
      (log.from, log.to, log.span) = (nil, nil, nil)
    } else if log.from == nil, log.to == nil, log.span == nil {
      log.span = .hour
    }
    if log.narrows { parts.append(FilterWords(filter: log, now: shell.now).sentence) }
    guard let first = parts.first else { return HTML() }
    return parts.dropFirst().reduce(first) { "\($0) · \($1)" }
  }

  private var content: HTML {
    guard let rows else { return HTML() }
    guard rows.isEmpty else { return table(rows) }
    if let time = searchedBackTo {
      return """
        <div class="blank"><p><b>Nothing matches</b> back to \
        \(TimeText(moment: time, now: shell.now).html).</p>\(pager(rows))</div>
        """
    }
    let advice: String =
      filter.id == nil
      ? "A longer time may show some."
      : "There is no delivery and no event with this id, or it is no longer kept."
    return """
      <div class="blank"><p><b>No deliveries match.</b></p><p class="sub">\(advice)</p></div>
      """
  }

  private func table(_ rows: [DeliveryLog.Row]) -> HTML {
    """
    <div class="table deliveries">
    <table role="table">
    <caption class="unseen">Deliveries, \(sentence)</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Status</th>\
    <th role="columnheader" scope="col">Delivery</th>\
    <th role="columnheader" scope="col">Webhook and owner</th>\
    <th role="columnheader" scope="col">Attempts</th>\
    <th role="columnheader" scope="col">Answer</th>\
    <th role="columnheader" scope="col" class="end">When</th></tr></thead>
    <tbody role="rowgroup">
    \(rows.map(row))
    </tbody>
    </table>
    </div>
    \(pager(rows))
    """
  }

  private func row(_ row: DeliveryLog.Row) -> HTML {
    let delivery = row.delivery
    let cells = LogRow(shell: shell, row: row)
    return """
      <tr role="row"><td role="cell" class="state">\(DeliveryWord(delivery).tag.inList)</td>\
      \(AdminDeliveryCells(shell: shell, delivery: delivery).name)\
      <td role="cell" class="whose" data-label="Webhook">\(OwnerCell(
        shell: shell, webhook: delivery.webhookID, owner: owners[delivery.webhookID]).html)</td>\
      <td role="cell" class="tries" data-label="Attempts">\(cells.attempts)</td>\
      <td role="cell" class="answer">\(cells.answer)</td>\
      <td role="cell" class="end">\
      \(TimeText(moment: delivery.createdAt, now: shell.now, hasAge: true).html)</td></tr>

      """
  }

  private func pager(_ rows: [DeliveryLog.Row]) -> HTML {
    func link(_ place: DeliveryFilter.Place?) -> String? {
      place.map { shell.links(.deliveries(.log(filter.at($0)))) }
    }
    return AdminPager(
      shell: shell, count: rows.count, first: rows.first?.delivery.createdAt,
      last: rows.last?.delivery.createdAt, newer: link(newer), older: link(older),
      isSearch: searchedBackTo != nil
    ).render()
  }
}

/// The name of a delivery in an administrator's list; it leads to the delivery.
struct AdminDeliveryCells {
  let shell: Shell
  let delivery: Delivery

  var name: HTML {
    let test: HTML? = delivery.isTest ? " <span class=\"tag neutral\">Test</span>" : nil
    return """
      <th role="rowheader" scope="row"><a href="\(shell.links(.deliveries(.delivery(delivery.id))))">\
      <code>\(delivery.eventType)</code>\
      <span class="unseen">, delivery \(delivery.id.description)</span></a> \
      <code class="id" aria-hidden="true">…\(String(delivery.id.description.suffix(8)))</code>\
      \(test)</th>
      """
  }
}

/// Where a delivery goes, and whose it is; each narrows the list to its own.
struct OwnerCell {
  enum List { case log, dead }

  let shell: Shell
  let webhook: Webhook.ID
  /// nil where the webhook's row is gone.
  let owner: WebhookOwner?
  var list = List.log

  var html: HTML {
    guard let owner else { return "<span class=\"sub\">A deleted webhook</span>" }
    let deleted: HTML? = owner.isDeleted ? " <span class=\"tag neutral\">Deleted</span>" : nil
    let person: HTML =
      owner.email.map { email in
        "<a href=\"\(link(user: owner.userID, email))\">\(email)</a>"
      } ?? "a deleted user"
    return """
      <a href="\(webhookLink)">\(owner.name)</a>\(deleted)\
      <span class="sub">\(HTML.breakable(owner.host)) · \(person)</span>
      """
  }

  private var webhookLink: String {
    switch list {
    case .log: shell.links(.deliveries(.log(AdminLogFilter(webhook: webhook.description))))
    case .dead: shell.links(.deliveries(.dead(DeadChoice(DeadFilter(webhook: webhook)))))
    }
  }

  private func link(user: User.ID, _ email: String) -> String {
    switch list {
    case .log: shell.links(.deliveries(.log(AdminLogFilter(user: email))))
    case .dead: shell.links(.deliveries(.dead(DeadChoice(DeadFilter(user: user)))))
    }
  }
}

/// Newer and older, under a list of administrators.
struct AdminPager {
  let shell: Shell
  let count: Int
  let first: Timestamp?
  let last: Timestamp?
  let newer: String?
  let older: String?
  /// Older ones were not looked at yet.
  let isSearch: Bool

  static let lost: HTML =
    "<p class=\"note\">That page is no longer kept. Showing the newest.</p>"

  func render() -> HTML {
    let showing: HTML? =
      if let first, let last {
        """
        <p class="sub">Showing \(count), \(TimeText(moment: first, now: shell.now).html) to \
        \(TimeText(moment: last, now: shell.now).html)</p>
        """
      } else {
        nil
      }
    func button(_ link: String?, _ label: String) -> HTML? {
      link.map { "<a class=\"button plain small\" href=\"\($0)\">\(label)</a>" }
    }
    let links: HTML = """
      \(button(newer, "Newer"))\(button(older, isSearch ? "Search further" : "Older"))
      """
    return """
      <div class="bar foot">\(showing)\
      \(newer != nil || older != nil ? "<nav aria-label=\"Pages\">\(links)</nav>" : nil)</div>
      """
  }
}
