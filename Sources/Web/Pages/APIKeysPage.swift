import Domain
import Store

/// API keys, of a person or of the site: which there are, what each can do, and when it was used.
struct APIKeysPage {
  let shell: Shell
  var holder = KeyHolder.person
  /// Those that open something, newest first.
  let live: ListPage<APIKeyFacts>
  /// Of the last 30 days; one more than are shown where there are more.
  var ended: [APIKeyFacts] = []
  /// Named above the list.
  var justRevoked: APIKeyFacts?

  /// On a page, and of ended ones at all.
  static let limit = 50

  func render() -> HTML {
    Frame(
      title: holder.heading, section: holder.section,
      content: """
        \(PageHead(
          heading: HTML(holder.heading), lede: lede,
          actions: live.items.isEmpty ? nil : createLink
        ).render())
        \(justRevoked.map { key in
          Banner(sentence: "“\(key.name)” is revoked. It opens nothing any more.").render()
        })
        \(live.items.isEmpty ? empty : liveOnes)
        \(endedPart)
        """
    ).render(in: shell)
  }

  private var lede: HTML {
    switch holder {
    case .person: "For your own programs to send events, manage webhooks and read deliveries."
    case .site:
      "For your product’s programs: each acts for every user, within what it can do. No rate limit."
    }
  }

  private var createLink: HTML {
    """
    <a class="button primary" href="\(shell.links(holder.new))">\(Icon.plus)Create key</a>
    """
  }

  private var empty: HTML {
    """
    <div class="card"><div class="empty">
    <h2>No keys yet</h2>
    <p>Create one for each program, so that you can revoke it alone.</p>
    <p class="buttons">\(createLink) <a class="button quiet" \
    href="\(shell.links(.api("openapi.json")))">API description</a></p>
    </div></div>
    """
  }

  private var liveOnes: HTML {
    """
    <div class="card table keys">
    \(table(live.items, caption: holder == .person ? "Your API keys" : "Service keys", isLive: true))
    \(pager)</div>
    """
  }

  private var pager: HTML? {
    ListPager(
      page: live, earlier: "Newer", later: "Older", key: { $0.id }, name: { "“\($0.name)”" },
      address: { shell.links(holder.list(KeyListChoice(place: $0))) }
    ).render()
  }

  private var endedPart: HTML {
    guard !ended.isEmpty else { return HTML() }
    let shown = Array(ended.prefix(Self.limit))
    let isCut = shown.count < ended.count
    let more: HTML? =
      isCut ? "<p class=\"sub\">These are the last \(Self.limit) that ended.</p>" : nil
    return """
      <details class="card folded ended">
      <summary>\(Icon.chevronDown)<h2>Revoked and expired</h2>\
      <span class="pill">\(shown.count)\(isCut ? "+" : "")</span></summary>
      <div class="table keys">
      \(table(shown, caption: "Keys that ended in the last 30 days", isLive: false))
      </div>\(more)
      </details>
      """
  }

  private func table(_ keys: [APIKeyFacts], caption: String, isLive: Bool) -> HTML {
    """
    <table role="table">
    <caption class="unseen">\(caption)</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Name</th>\
    <th role="columnheader" scope="col">Can</th>\
    \(holder == .site ? "<th role=\"columnheader\" scope=\"col\">Made</th>" as HTML : nil)\
    <th role="columnheader" scope="col">Last used</th>\
    <th role="columnheader" scope="col">\(isLive ? "Ends" : "Ended")</th>\
    \(isLive ? "<th role=\"columnheader\" scope=\"col\"><span class=\"unseen\">Action</span></th>" as HTML : nil)\
    </tr></thead>
    <tbody role="rowgroup">
    \(keys.map { row($0, isLive: isLive) })
    </tbody>
    </table>
    """
  }

  private func row(_ key: APIKeyFacts, isLive: Bool) -> HTML {
    let words = APIKeyFactsWords(
      lastUsedAt: key.lastUsedAt, expiresAt: key.expiresAt, now: shell.now)
    let revoke: HTML = """
      <td role="cell" class="end"><a class="button plain small" \
      href="\(shell.links(holder.revocation(of: key.id)))" data-confirm-link>Revoke\
      <span class="unseen"> \(key.name)</span></a></td>
      """
    return """
      <tr role="row" id="k-\(key.id.description)">
      <th role="rowheader" scope="row"><span class="name">\(key.name)</span>\
      <code class="sub">\(key.prefix)…</code></th>
      <td role="cell" data-label="Can">\(APIScope.allCases.filter(key.scopes.contains).sentence)</td>
      \(holder == .site ? made(key) : nil)\
      <td role="cell" data-label="Last used">\(words.lastUsed)</td>
      <td role="cell" data-label="\(isLive ? "Ends" : "Ended")">\(isLive ? words.expires : end(of: key))</td>
      \(isLive ? revoke : nil)</tr>

      """
  }

  private func made(_ key: APIKeyFacts) -> HTML {
    let time = TimeText(moment: key.createdAt, form: .minute, now: shell.now).html
    let maker: HTML =
      switch key.maker {
      case .command: "by the command <code>patchbay</code>"
      case .user(let email): "by \(email ?? "somebody who was deleted")"
      }
    return "<td role=\"cell\" data-label=\"Made\">\(time)<span class=\"sub\">\(maker)</span></td>"
  }

  private func end(of key: APIKeyFacts) -> HTML {
    let moment = key.revokedAt ?? key.expiresAt ?? key.createdAt
    let time = TimeText(moment: moment, form: .minute, now: shell.now).html
    return """
      \(key.revokedAt == nil ? "Expired" : "Revoked")<span class="sub">\(time)</span>
      """
  }
}

/// Asks before a key is revoked.
struct RevokeKeyPage {
  let shell: Shell
  var holder = KeyHolder.person
  let key: APIKeyFacts

  func render() -> HTML {
    let words = APIKeyFactsWords(
      lastUsedAt: key.lastUsedAt, expiresAt: key.expiresAt, now: shell.now)
    return ConfirmPage(
      shell: shell, section: holder.section, back: (shell.links(holder.list()), holder.heading),
      title: "Revoke “\(key.name)”?",
      text: """
        Programs using it stop working at once. This can’t be undone. It was last used: \
        \(words.lastUsed). It begins with <code>\(key.prefix)</code>.
        """,
      action: holder.revocation(of: key.id), keep: "Keep key", button: "Revoke \(key.name)",
      busy: "Revoking…"
    ).render()
  }
}
