import Domain

/// A part of the area that the navigation leads to.
enum Section: CaseIterable {
  case apps, webhooks, apiKeys, events, attention, account
  case adminOverview
  case adminApps
  case adminUsers
  case adminDeliveries, adminDead
  case adminEventTypes, adminKeys, adminAudit, adminSettings

  fileprivate var link: (route: Route, label: String, icon: Icon) {
    switch self {
    case .apps: (.apps(), "Connected apps", .apps)
    case .webhooks: (.webhooks, "Webhooks", .webhook)
    case .apiKeys: (.apiKeys(), "API keys", .key)
    case .attention: (.attention, "Needs attention", .warning)
    case .events: (.events, "Events", .book)
    case .account: (.account(.show), "Your account", .user)
    case .adminOverview: (.admin(.overview()), "Overview", .gauge)
    case .adminApps: (.admin(.apps), "Apps", .plug)
    case .adminUsers: (.admin(.users(.list())), "Users", .user)
    case .adminDeliveries: (.deliveries(.log()), "Deliveries", .send)
    case .adminDead: (.deliveries(.dead()), "Failed for good", .cross)
    case .adminEventTypes: (.admin(.eventTypes(.list())), "Event types", .book)
    case .adminKeys: (.admin(.keys(.list())), "Service keys", .key)
    case .adminSettings: (.admin(.settings), "Settings", .list)
    case .adminAudit: (.admin(.audit()), "Audit log", .list)
    }
  }

  /// For administrators alone.
  fileprivate var isAdministration: Bool {
    switch self {
    case .apps, .webhooks, .apiKeys, .events, .attention, .account: false
    default: true
    }
  }
}

/// The way around: a column beside the page, folded into one line where there is no room for it.
struct Navigation {
  let current: Section?
  let shell: Shell

  func render() -> HTML {
    """
    <nav class="side" aria-label="Settings">
    <details class="fold">
    <summary>\(Icon.menu)<span>Menu\(current.map { ": " + $0.link.label } ?? "")</span>\
    \(Icon.chevronDown)</summary>
    <p class="heading" id="group-integrations">Integrations</p>
    <ul aria-labelledby="group-integrations">
    \(Section.allCases.filter { !$0.isAdministration && $0 != .account }.map(item))
    </ul>
    \(administration)
    <p class="who-small"><a href="\(shell.links(.account(.show)))">\(shell.email)</a></p>
    </details>
    </nav>
    """
  }

  private var administration: HTML {
    guard shell.isAdministrator else { return HTML() }
    return """
      <p class="heading" id="group-administration">Administration</p>
      <ul aria-labelledby="group-administration">
      \(Section.allCases.filter(\.isAdministration).map(item))
      </ul>
      """
  }

  private func item(_ section: Section) -> HTML {
    let link = section.link
    let mark = HTML.attribute("aria-current", section == current ? "page" : nil)
    let count = section == .attention ? shell.attention.items.count : 0
    let badge: HTML? =
      count == 0
      ? nil : "<span class=\"pill trouble\">\(count)<span class=\"unseen\"> items</span></span>"
    return """
      <li><a href="\(shell.links(link.route))"\(mark)>\(link.icon)<span>\(link.label)</span>\(badge)</a>\
      </li>

      """
  }
}
