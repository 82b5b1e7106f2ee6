import Domain
import Store

/// What failed for good in the last 30 days, by host and cause and one by one.
struct DeadLettersPage {
  let shell: Shell
  let choice: DeadChoice
  /// In the last 24 hours.
  let day: BoundedCount
  /// nil where the list is narrowed already.
  let groups: DeadGroups?
  let rows: [DeadDelivery]
  let owners: [Webhook.ID: WebhookOwner]
  let filterNames: DeadFilterWords.Names
  var newer: DeliveryFilter.Place?
  var older: DeliveryFilter.Place?
  var searchedBackTo: Timestamp?
  /// Jobs that have not ended.
  var running: [RetryJob.ID] = []

  private var words: DeadFilterWords { DeadFilterWords(filter: choice.filter, names: filterNames) }

  func render() -> HTML {
    Frame(
      title: "Failed for good", section: .adminDead,
      content: """
        \(PageHead(
          heading: "Failed for good",
          lede: """
            Deliveries that are not tried again by themselves. \
            <b>\(Words.bounded(day))</b> in the last 24 hours.
            """
        ).render())
        \(running.map(runningNote))
        \(groups.flatMap(groupCard))
        <section class="card log" aria-labelledby="list-heading">
        <div class="bar"><h2 id="list-heading">Newest first</h2><p class="sub">\(words.sentence)</p>\
        \(choice.filter.narrows ? clear : nil)</div>
        \(choice.place == .lost ? AdminPager.lost : nil)
        \(content)
        </section>
        """
    ).render(in: shell)
  }

  private var clear: HTML {
    """
    <a class="button quiet small" href="\(shell.links(.deliveries(.dead())))">Clear filters</a>
    """
  }

  private func runningNote(_ job: RetryJob.ID) -> HTML {
    Notice(
      tone: .info, title: "A job is under way",
      action: """
        <a class="button plain small" href="\(shell.links(.deliveries(.job(job))))">See it</a>
        """
    ).render()
  }

  private func groupCard(_ groups: DeadGroups) -> HTML? {
    guard !groups.groups.isEmpty else { return nil }
    let more: HTML? =
      groups.read.isAll
      ? nil
      : """
      <p class="note">Of the newest \(Words.number(groups.read.number)); there are more.</p>
      """
    return """
      <section class="card table groups" aria-labelledby="groups-heading">
      <div class="bar"><h2 id="groups-heading">By host and cause</h2></div>
      <table role="table">
      <caption class="unseen">Failed for good, by host and cause</caption>
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Host</th>\
      <th role="columnheader" scope="col">Cause</th>\
      <th role="columnheader" scope="col" class="end">Deliveries</th></tr></thead>
      <tbody role="rowgroup">
      \(groups.groups.map(group))
      </tbody></table>
      \(more)
      </section>
      """
  }

  private func group(_ group: DeadGroup) -> HTML {
    let filter = DeadFilter(host: group.host, cause: group.cause)
    return """
      <tr role="row"><th role="rowheader" scope="row">\
      <a class="name" href="\(shell.links(.deliveries(.dead(DeadChoice(filter)))))">\
      \(HTML.breakable(group.host))\
      <span class="unseen">, \(group.cause.words)</span></a></th>
      <td role="cell" data-label="Cause">\(group.cause.words)</td>
      <td role="cell" class="end" data-label="Deliveries">\(Words.number(group.count))</td></tr>

      """
  }

  private var content: HTML {
    if !rows.isEmpty { return table }
    if let time = searchedBackTo {
      return """
        <div class="blank"><p><b>Nothing matches</b> back to \
        \(TimeText(moment: time, now: shell.now).html).</p>\(pager)</div>
        """
    }
    return choice.filter.narrows || choice.place != nil
      ? """
      <div class="blank"><p><b>Nothing matches.</b> No delivery has failed for good this way in \
      \(DeadFilter.days) days.</p></div>
      """
      : """
      <div class="blank"><p><b>No delivery has failed for good in \(DeadFilter.days) days.</b></p></div>
      """
  }

  private var table: HTML {
    """
    <form method="get" action="\(shell.links(.deliveries(.retryDead())))" novalidate>
    <input type="hidden" name="only" value="chosen">
    <div class="table deliveries">
    <table role="table">
    <caption class="unseen">Failed for good, \(words.sentence)</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col" class="tick">\
    <span class="unseen">Choose</span></th>\
    <th role="columnheader" scope="col">Delivery</th>\
    <th role="columnheader" scope="col">Webhook and owner</th>\
    <th role="columnheader" scope="col">Attempts</th>\
    <th role="columnheader" scope="col">Cause</th>\
    <th role="columnheader" scope="col" class="end">Gave up</th></tr></thead>
    <tbody role="rowgroup">
    \(rows.map(row))
    </tbody>
    </table>
    </div>
    <div class="bar foot"><span class="check" data-tick-all="d" hidden>\
    <input type="checkbox" id="choose-all"> <label for="choose-all">Choose all on this page</label></span>\
    <button class="button plain small" data-counts>Retry selected…</button>\
    <button class="button danger-quiet small" data-counts \
    formaction="\(shell.links(.deliveries(.dropDead())))">Drop selected…</button>\
    <span class="end"></span>\
    <a class="button plain small" data-confirm-link \
    href="\(shell.links(.deliveries(.retryDead(choice.at(nil)))))">\
    Retry all\(choice.filter.narrows ? " matching" : "")…</a>\
    <a class="button danger-quiet small" data-confirm-link \
    href="\(shell.links(.deliveries(.dropDead(choice.at(nil)))))">\
    Drop all\(choice.filter.narrows ? " matching" : "")…</a></div>
    </form>
    \(pager)
    """
  }

  private func row(_ dead: DeadDelivery) -> HTML {
    let delivery = dead.delivery
    let id = delivery.id.description
    return """
      <tr role="row"><td role="cell" class="tick">\
      <input type="checkbox" name="d" value="\(id)" aria-label="\(delivery.eventType), \(id)"></td>\
      \(AdminDeliveryCells(shell: shell, delivery: delivery).name)\
      <td role="cell" class="whose" data-label="Webhook">\(OwnerCell(
        shell: shell, webhook: delivery.webhookID, owner: owners[delivery.webhookID], list: .dead
      ).html)</td>\
      <td role="cell" class="tries" data-label="Attempts">\(delivery.attemptNumber)</td>\
      <td role="cell" class="answer">\(LogRow(shell: shell, row: .init(delivery: delivery)).answer)\
      </td>\
      <td role="cell" class="end">\
      \(TimeText(moment: dead.at, now: shell.now, hasAge: true).html)</td></tr>

      """
  }

  private var pager: HTML {
    func link(_ place: DeliveryFilter.Place?) -> String? {
      place.map { shell.links(.deliveries(.dead(choice.at($0)))) }
    }
    return AdminPager(
      shell: shell, count: rows.count, first: rows.first?.at, last: rows.last?.at,
      newer: link(newer), older: link(older), isSearch: searchedBackTo != nil
    ).render()
  }
}
