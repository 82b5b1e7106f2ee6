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
