import Domain

extension WebhookListFilter {
  /// Whether a row is what is asked for.
  func shows(_ row: WebhooksPage.Row) -> Bool {
    finds(row.webhook) && (health == nil || Health(row) == health)
  }
}

extension WebhookListFilter.Health {
  /// Under which of the links it stands; nil while its numbers cannot be read.
  init?(_ row: WebhooksPage.Row) {
    switch WebhookState(row.webhook, row.health) {
    case .failing: self = .failing
    case .stopped: self = .stopped
    case .paused: self = .paused
    case .healthy, .new: self = .healthy
    case nil: return nil
    }
  }

  var label: String {
    switch self {
    case .failing: "Failing"
    case .stopped: "Stopped"
    case .paused: "Paused"
    case .healthy: "Healthy"
    }
  }
}

/// Above the list of webhooks: how many there are of each kind, and a search.
struct WebhookListTools {
  let shell: Shell
  /// All of them.
  let rows: [WebhooksPage.Row]
  let filter: WebhookListFilter

  func render() -> HTML {
    let kinds = WebhookListFilter.Health.allCases.filter { kind in
      kind == filter.health || count(kind) > 0
    }
    let hidden: HTML? = filter.health.map {
      "<input type=\"hidden\" name=\"health\" value=\"\($0.rawValue)\">"
    }
    return """
      <div class="listing">
      <nav class="segments" aria-label="Show">\(link(nil))\(kinds.map { link($0) })</nav>
      <form class="search" method="get" action="\(shell.links(.webhooks))" role="search">\(hidden)\
      <label for="q" class="unseen">Search name or address</label>\
      <input id="q" name="q" type="search" value="\(filter.search)" autocomplete="off" \
      spellcheck="false"><button class="button plain">\(Icon.search)Search</button></form>
      </div>
      """
  }

  private func count(_ kind: WebhookListFilter.Health) -> Int {
    rows.count { WebhookListFilter.Health($0) == kind }
  }

  private func link(_ kind: WebhookListFilter.Health?) -> HTML {
    var target = filter
    target.health = kind
    let current = HTML.attribute("aria-current", kind == filter.health ? "true" : nil)
    let address = shell.links(target.narrows ? .webhookList(target) : .webhooks)
    return """
      <a href="\(address)"\(current)>\(kind?.label ?? "All") \
      <span class="of">\(kind.map(count) ?? rows.count)</span></a>
      """
  }
}
