import Domain
import Store

/// The catalog of event types, under the headings of a picker.
struct AdminEventTypesPage {
  let shell: Shell
  let page: ListPage<CatalogEntry>

  /// On a page.
  static let limit = 50

  func render() -> HTML {
    Frame(
      title: "Event types", section: .adminEventTypes,
      content: """
        \(PageHead(
          heading: "Event types", lede: "What can happen in your product, as webhooks choose it.",
          actions: """
            <a class="button primary" href="\(shell.links(.admin(.eventTypes(.new))))">\(Icon.plus)\
            Add event type</a>
            """
        ).render())
        \(groups.dropLast().map { group($0) })\(groups.last.map { group($0, foot: pager) })
        """
    ).render(in: shell)
  }

  private typealias Group = (heading: String, types: [EventType])

  private var groups: [Group] { page.items.map(\.type).grouped }

  private func group(_ group: Group, foot: HTML? = nil) -> HTML {
    let rows = group.types.compactMap { type in page.items.first { $0.type.name == type.name } }
    return """
      <section class="card table keys"><div class="bar"><h2>\(group.heading)</h2></div>
      <table role="table">
      <caption class="unseen">Event types of the group \(group.heading)</caption>
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Event type</th>\
      <th role="columnheader" scope="col">Meaning</th>\
      <th role="columnheader" scope="col">Chosen by</th>\
      <th role="columnheader" scope="col">State</th></tr></thead>
      <tbody role="rowgroup">
      \(rows.map(row))
      </tbody></table>\(foot)</section>

      """
  }

  private var pager: HTML? {
    ListPager(
      page: page, key: { $0.type.name }, name: { $0.type.name },
      address: { shell.links(.admin(.eventTypes(.list($0)))) }
    ).render()
  }

  private func row(_ entry: CatalogEntry) -> HTML {
    let type = entry.type
    return """
      <tr role="row"><th role="rowheader" scope="row"><a class="name" \
      href="\(shell.links(.admin(.eventTypes(.type(type.name)))))"><code>\(type.name)</code></a></th>
      <td role="cell" data-label="Meaning">\(type.description)</td>
      <td role="cell" data-label="Chosen by">\(entry.webhooks.ofWebhooks)</td>
      <td role="cell" data-label="State">\(entry.type.stateTag.inList)</td></tr>

      """
  }
}

extension EventType {
  var stateTag: Tag {
    isRetired ? EventTypePage.retired : Tag(tone: .ok, icon: .check, word: "On offer")
  }
}

extension BoundedCount {
  /// `9 webhooks`, `more than 1,000 webhooks`
  var ofWebhooks: String {
    isAll ? Words.count(number, "webhook") : "more than \(Words.number(number)) webhooks"
  }
}
