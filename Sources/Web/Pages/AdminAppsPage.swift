import Domain
import Store

/// Every app with how far its set-up is.
struct AdminAppsPage {
  struct Row {
    let app: ConfiguredApp
    let connections: BoundedCount
  }

  let shell: Shell
  let rows: [Row]

  func render() -> HTML {
    Frame(
      title: "Apps", section: .adminApps,
      content: """
        \(PageHead(
          heading: "Apps", lede: "What people can connect, and by which client of yours.",
          actions: """
            <a class="button primary" href="\(shell.links(.admin(.newApp)))">\(Icon.plus)Add an app</a>
            """
        ).render())
        <div class="card table">
        <table role="table">
        <caption class="unseen">Apps</caption>
        <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">App</th>\
        <th role="columnheader" scope="col">Category</th>\
        <th role="columnheader" scope="col">Set-up</th>\
        <th role="columnheader" scope="col">Connected</th></tr></thead>
        <tbody role="rowgroup">
        \(rows.map(row))
        </tbody></table></div>
        """
    ).render(in: shell)
  }

  private func row(_ row: Row) -> HTML {
    """
    <tr role="row"><th role="rowheader" scope="row"><a class="name" \
    href="\(shell.links(.admin(.app(row.app.id))))">\(row.app.app.name)</a></th>
    <td role="cell" data-label="Category">\(row.app.app.category.word)</td>
    <td role="cell" data-label="Set-up">\(SetupState(row.app).tag.inList)\(refusedSince(row.app))</td>
    <td role="cell" data-label="Connected">\(Words.count(row.connections, "connection", "connections"))</td></tr>

    """
  }
}

extension AdminAppsPage {
  private func refusedSince(_ app: ConfiguredApp) -> HTML {
    guard let refusal = app.refusal, SetupState(app) == .refused else { return HTML() }
    return """
      <div class="sub">Since \(TimeText(moment: refusal.since, form: .minute, now: shell.now).html)</div>
      """
  }
}

extension AppTally {
  /// `42 connections, 3 to reconnect, 1 renewal failing`
  var words: String {
    var parts = [Words.count(connections, "connection", "connections")]
    if !broken.isNone { parts.append("\(Words.number(broken)) to reconnect") }
    if !failing.isNone { parts.append("\(Words.count(failing, "renewal", "renewals")) failing") }
    return parts.joined(separator: ", ")
  }
}

/// How far an app is set up, in one word.
enum SetupState {
  case ready, refused, notSetUp, off

  init(_ app: ConfiguredApp) {
    self =
      switch app.availability {
      case .ready: app.refusal == nil ? .ready : .refused
      case .notSetUp: .notSetUp
      case .off: .off
      }
  }

  var tag: Tag {
    switch self {
    case .ready: Tag(tone: .ok, icon: .check, word: "Ready")
    case .refused: Tag(tone: .bad, icon: .cross, word: "Refused")
    case .notSetUp: Tag(tone: .neutral, icon: .dot, word: "Not set up")
    case .off: Tag(tone: .neutral, icon: .pause, word: "Off")
    }
  }
}
