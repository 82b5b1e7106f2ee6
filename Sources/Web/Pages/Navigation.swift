/// A part of the area that the navigation leads to.
enum Section: CaseIterable {
  case apps, webhooks, events, adminApps

  fileprivate var link: (route: Route, label: String, icon: Icon) {
    switch self {
    case .apps: (.apps(), "Connected apps", .apps)
    case .webhooks: (.webhooks, "Webhooks", .webhook)
    case .events: (.events, "Events", .book)
    case .adminApps: (.adminApps, "Apps", .plug)
    }
  }

  /// For administrators alone.
  fileprivate var isAdministration: Bool { self == .adminApps }
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
    \(Section.allCases.filter { !$0.isAdministration }.map(item))
    </ul>
    \(administration)
    <p class="who-small">\(shell.email)</p>
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
    return """
      <li><a href="\(shell.links(link.route))"\(mark)>\(link.icon)<span>\(link.label)</span></a>\
      </li>

      """
  }
}
