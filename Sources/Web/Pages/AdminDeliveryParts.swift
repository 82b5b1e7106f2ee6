import Domain
import Store

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
