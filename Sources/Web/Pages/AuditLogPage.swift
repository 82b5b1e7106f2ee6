import Domain
import Store

/// Who did what to what: of everybody, or of the reader alone.
struct AuditLogPage {
  enum Scope {
    case everybody
    case own(User.ID)
  }

  let shell: Shell
  let scope: Scope
  let filter: AuditFilter
  var problems: [AuditFilter.Problem]
  /// Nil where the filter cannot be read.
  var log: AuditPage?

  private var isOwn: Bool { if case .own = scope { true } else { false } }
  private var title: String { isOwn ? "Your activity" : "Audit log" }

  func render() -> HTML {
    Frame(
      title: title, section: isOwn ? nil : .adminAudit,
      content: """
        \(PageHead(
          heading: "\(title)",
          lede: isOwn
            ? "What you did, and what was done to what is yours."
            : "Who did what to what. Nothing here can be changed."
        ).render())
        <section class="card log" aria-label="\(title)">
        \(isOwn ? nil : AuditFilterForm(shell: shell, filter: filter, problems: problems).render())
        \(filter.place == .lost ? lost : nil)
        \(log.map(content))
        </section>
        """
    ).render(in: shell)
  }

  private var lost: HTML {
    "<p class=\"note\">That page is no longer kept. Showing the newest.</p>"
  }

  private func link(_ place: DeliveryFilter.Place?) -> String {
    shell.links(isOwn ? .activity(filter.at(place)) : .admin(.audit(filter.at(place))))
  }

  private func content(_ log: AuditPage) -> HTML {
    guard !log.records.isEmpty else { return nothing(log) }
    return """
      \(isOwn ? nil : download)
      <div class="table audit">
      <table role="table">
      <caption class="unseen">\(title), newest first</caption>
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">When</th>\
      <th role="columnheader" scope="col">What</th>\
      <th role="columnheader" scope="col">From</th></tr></thead>
      <tbody role="rowgroup">
      \(log.records.map(row))
      </tbody></table></div>
      \(pager(log))
      """
  }

  private var download: HTML {
    let all = filter.at(nil)
    return """
      <div class="bar"><span class="end sub">Download: \
      <a href="\(shell.links(.admin(.auditFile(all, .csv))))" download>CSV</a> · \
      <a href="\(shell.links(.admin(.auditFile(all, .jsonl))))" download>JSON lines</a></span></div>
      """
  }

  private func nothing(_ log: AuditPage) -> HTML {
    let back: HTML? = log.searchedBackTo.map {
      " back to \(TimeText(moment: $0, form: .minute, now: shell.now).html)"
    }
    return """
      <div class="blank"><p>Nothing recorded\(filter.narrows ? " with these filters" : nil)\(back).</p>\
      \(filter.narrows ? "<p><a class=\"button plain small\" href=\"\(shell.links(.admin(.audit())))\">Clear filters</a></p>" as HTML : nil)\
      </div>
      \(pager(log))
      """
  }

  private func pager(_ log: AuditPage) -> HTML? {
    guard log.newer != nil || log.older != nil else { return nil }
    func button(_ place: DeliveryFilter.Place, _ label: String) -> HTML {
      "<a class=\"button plain small\" href=\"\(link(place))\">\(label)</a>"
    }
    let note: HTML? = log.searchedBackTo.map {
      """
      <p class="sub">Searched back to \(TimeText(moment: $0, form: .minute, now: shell.now).html)</p>
      """
    }
    return """
      <div class="bar foot">\(note)<nav aria-label="Pages">\
      \(log.newer.map { button(.before($0), "Newer") })\
      \(log.older.map { button(.after($0), log.searchedBackTo == nil ? "Older" : "Search further") })\
      </nav></div>
      """
  }

  private func row(_ found: AuditRecord) -> HTML {
    let record = if case .own(let user) = scope { found.seen(by: user) } else { found }
    let words = AuditWords(record)
    let who = isOwn && words.who == shell.email ? "You" : words.who
    let thing: HTML? = words.thing.map { " <b>\($0)</b>" }
    // A delivery that is kept no longer has no name either.
    let more: HTML? =
      if let id = words.job {
        " <a href=\"\(shell.links(.admin(.deliveries(.job(id)))))\">See the job</a>"
      } else if let id = words.delivery, words.thing != nil {
        " <a href=\"\(shell.links(.admin(.deliveries(.delivery(id)))))\">See the delivery</a>"
      } else {
        nil
      }
    return """
      <tr role="row" id="a-\(record.id.description)">
      <td role="cell" data-label="When">\
      \(TimeText(moment: record.at, form: .millisecond, now: shell.now).html)</td>
      <td role="cell" data-label="What"><p>\(who) \(words.phrase)\(thing)\(isOwn ? nil : more)</p>\
      \(AuditDetails(record: record, who: who, isOwn: isOwn).render())</td>
      <td role="cell" data-label="From">\(words.network ?? "–")</td></tr>

      """
  }
}

/// Before and after, member by member, and what finds the row again.
struct AuditDetails {
  let record: AuditRecord
  let who: String
  let isOwn: Bool

  func render() -> HTML {
    let before = AuditWords.members(record.before)
    let after = AuditWords.members(record.after)
    var names: [String] = []
    for member in before + after where !names.contains(member.name) { names.append(member.name) }
    let rows: [HTML] = names.map { name in
      """
      <tr><th scope="row">\(words(name))</th><td>\(value(name, before))</td>\
      <td>\(value(name, after))</td></tr>
      """
    }
    let table: HTML? =
      rows.isEmpty
      ? nil
      : """
      <table><thead><tr><th scope="col">Member</th><th scope="col">Before</th>\
      <th scope="col">After</th></tr></thead><tbody>\(rows)</tbody></table>
      """
    let facts = [
      isOwn ? nil : record.userEmail.map { ("Concerns", $0) },
      record.address.map { ("Address", $0) },
      record.requestID.map { ("Request", $0) },
      record.subjectID.map { ("Id", $0.description) },
      ("Action", record.action),
    ].compactMap { $0 }
    return """
      <details class="sub"><summary>Details<span class="unseen"> of what \(who) did</span></summary>\
      \(table)<ul class="facts">\(facts.map { "<li>\($0.0): <code>\($0.1)</code></li>" as HTML })</ul>\
      </details>
      """
  }

  private func words(_ name: String) -> String { String(name.map { $0 == "_" ? " " : $0 }) }

  /// Text as it reads, everything else as JSON; a secret's value is never written, but should one ever be
  /// it is not shown.
  private func value(_ name: String, _ members: [JSONObject.Member]) -> String {
    guard let member = members.first(where: { $0.name == name }) else { return "–" }
    if Self.secrets.contains(name), !member.value.isNull, member.value.bool == nil {
      return "changed"
    }
    return member.value.string ?? String(decoding: member.value.compact, as: UTF8.self)
  }

  private static let secrets: Set<String> = [
    "secret", "client_secret", "password", "credentials", "access_token", "refresh_token",
  ]
}
