/// A card that holds a heading, a table of things, and what can be done with all of them.
struct CardTable {
  struct Cell {
    let content: HTML
    /// The column, said again where the table becomes cards; nil for buttons.
    var label: String?
  }

  let heading: String
  let caption: String
  let columns: [String]
  /// The first cell of each names the row.
  let rows: [[Cell]]
  /// Said where there are no rows.
  let nothing: String
  var foot: HTML?

  func render() -> HTML {
    """
    <section class="card people-part">
    <div class="part"><h2>\(heading)</h2>\(rows.isEmpty ? "<p class=\"sub\">\(nothing)</p>" : nil)</div>
    \(rows.isEmpty ? nil : table)\(foot.map { "<div class=\"part foot\">\($0)</div>" })
    </section>
    """
  }

  private var table: HTML {
    """
    <div class="table people"><table role="table">
    <caption class="unseen">\(caption)</caption>
    <thead role="rowgroup"><tr role="row">\(columns.map { column -> HTML in
      let words: HTML = column.isEmpty ? "<span class=\"unseen\">Action</span>" : HTML(column)
      return "<th role=\"columnheader\" scope=\"col\">\(words)</th>"
    })</tr></thead>
    <tbody role="rowgroup">
    \(rows.map(row))
    </tbody></table></div>
    """
  }

  private func row(_ cells: [Cell]) -> HTML {
    guard let first = cells.first else { return HTML() }
    return """
      <tr role="row"><th role="rowheader" scope="row">\(first.content)</th>
      \(cells.dropFirst().map { cell -> HTML in
        cell.label == nil
          ? "<td role=\"cell\" class=\"end\">\(cell.content)</td>"
          : "<td role=\"cell\"\(HTML.attribute("data-label", cell.label))>\(cell.content)</td>"
      })</tr>

      """
  }
}
