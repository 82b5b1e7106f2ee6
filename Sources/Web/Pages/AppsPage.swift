import Domain

/// All apps: what is connected, what is broken, what else there is.
struct AppsPage {
  /// One app and how this user stands with it.
  struct Card {
    let app: ConfiguredApp
    let connection: Connection?

    var state: AppState { AppState(app, connection) }
  }

  let shell: Shell
  /// Every one, in the order they are shown.
  let cards: [Card]
  let filter: AppFilter

  func render() -> HTML {
    Frame(
      title: "Connected apps", section: .apps,
      content: """
        \(PageHead(
          heading: "Connected apps",
          lede: "Let \(Brand.name) exchange data with the tools you already use."
        ).render())
        \(nothingYet)
        <div class="apps" data-apps>
        \(search)
        \(states)
        \(categories)
        <p class="count sub" role="status" data-count>Showing \(Words.count(shown.count, "app"))</p>
        \(App.Category.allCases.map(group))
        <div class="card empty" data-none\(HTML.flag("hidden", when: !shown.isEmpty))>\(none)</div>
        </div>
        <p class="sub names">Names belong to their owners. \(Brand.name) is not endorsed by them.</p>
        """
    ).render(in: shell)
  }

  private func isShown(_ card: Card) -> Bool {
    filter.matchesText(of: card.app.app) && filter.matchesState(of: card.connection)
      && (filter.category == nil || filter.category == card.app.app.category)
  }

  private var shown: [Card] { cards.filter(isShown) }

  private var nothingYet: HTML {
    guard cards.allSatisfy({ $0.connection == nil }) else { return HTML() }
    return "<p class=\"note-line\">Nothing is connected yet. Choose an app to start.</p>"
  }

  private var search: HTML {
    """
    <search><form method="get" action="\(shell.links(.apps()))" class="find-app">
    \(filter.category.map { "<input type=\"hidden\" name=\"category\" value=\"\($0.rawValue)\">" })\
    \(filter.state.map { "<input type=\"hidden\" name=\"state\" value=\"\($0.rawValue)\">" })\
    <label class="unseen" for="q">Search apps</label>\(Icon.search)
    <input id="q" class="find-app-field" name="q" type="search" value="\(filter.text)" autocomplete="off" \
    maxlength="60" data-search><button class="button plain">Search</button>
    </form></search>
    """
  }

  private var states: HTML {
    let choices: [(AppFilter.State?, String)] = [
      (nil, "All"), (.connected, "Connected"), (.needsReconnect, "Needs reconnecting"),
      (.notConnected, "Not connected"),
    ]
    return """
      <nav class="chips" aria-label="State">
      \(choices.map { state, word in
        let count = cards.filter { filter.with(state: state).matchesState(of: $0.connection) }.count
        return chip(.apps(filter.with(state: state)), word, count, filter.state == state)
      })</nav>
      """
  }

  private var categories: HTML {
    let choices: [App.Category?] = [nil] + App.Category.allCases
    return """
      <nav class="chips" aria-label="Categories">
      \(choices.map { category in
        let count = cards.filter { category == nil || $0.app.app.category == category }.count
        return chip(
          .apps(filter.with(category: category)), category?.word ?? "All", count,
          filter.category == category)
      })</nav>
      """
  }

  private func chip(_ route: Route, _ word: String, _ count: Int, _ isCurrent: Bool) -> HTML {
    """
    <a class="chip" href="\(shell.links(route))"\
    \(HTML.attribute("aria-current", isCurrent ? "true" : nil))>\(word) <b>\(count)</b></a>

    """
  }

  private func group(_ category: App.Category) -> HTML {
    let members = cards.filter { $0.app.app.category == category }
    guard !members.isEmpty else { return HTML() }
    let isEmpty = !members.contains(where: isShown)
    return """
      <section class="app-group" aria-labelledby="c-\(category.rawValue)"\
      \(HTML.flag("hidden", when: isEmpty))>
      <h2 id="c-\(category.rawValue)">\(category.word)</h2>
      <ul class="app-grid plain">
      \(members.map(card))</ul>
      </section>

      """
  }

  private func card(_ card: Card) -> HTML {
    let app = card.app.app
    let state = card.state
    return """
      <li class="card app\(state == .needsReconnect ? " broken" : "")" id="app-\(app.id.rawValue)" \
      data-words="\("\(app.name) \(app.category.word) \(app.purpose)".lowercased())" \
      data-fits="\(fitsBesidesText(card) ? "yes" : "no")"\
      \(HTML.flag("hidden", when: !isShown(card)))>
      <div class="app-head">\(AppTile(app: app).html)<div>\
      <h3><a class="name" href="\(shell.links(.app(app.id)))">\(app.name)</a></h3>\
      \(state.tag.inList)</div></div>
      <p class="purpose">\(app.purpose)</p>
      <div class="app-foot"><p class="sub">\(line(card))</p>\(action(card))</div>
      </li>

      """
  }

  private func fitsBesidesText(_ card: Card) -> Bool {
    filter.matchesState(of: card.connection)
      && (filter.category == nil || filter.category == card.app.app.category)
  }

  private func line(_ card: Card) -> HTML {
    guard let connection = card.connection else {
      switch card.state {
      case .notSetUp, .off: return shell.isAdministrator ? HTML() : "Ask an administrator"
      default:
        return card.app.app.provider == nil
          ? "Needs a key" : "You sign in at \(card.app.app.name)"
      }
    }
    if case .needsReconnect(let since, _) = connection.status {
      return "Since \(TimeText(moment: since, form: .minute, now: shell.now).html)"
    }
    if connection.isUnchecked { return "Nobody has checked the keys yet" }
    if card.state == .needsSite { return "Waits for your choice" }
    if connection.isLimited {
      let all = connection.grantedScopes.count + connection.missingScopes.count
      return "\(connection.grantedScopes.count) of \(Words.count(all, "permission")) given"
    }
    guard let used = connection.lastUsedAt else { return HTML(connection.account.name) }
    return """
      \(connection.account.name)<br>Last used \
      \(TimeText(moment: used, form: .minute, now: shell.now).html)
      """
  }

  private func action(_ card: Card) -> HTML {
    let app = card.app.app
    let manage: HTML = """
      <a class="button plain small" href="\(shell.links(.app(app.id)))">Manage\
      <span class="unseen"> \(app.name)</span></a>
      """
    switch card.state {
    case .connected, .limited, .needsChecking: return manage
    case .needsSite:
      return """
        <a class="button primary small" href="\(shell.links(.appSite(app.id)))">Choose a site\
        <span class="unseen"> of \(app.name)</span></a>
        """
    case .needsReconnect:
      return ConnectForm(
        shell: shell, app: app, verb: "Reconnect", style: "primary small",
        scopes: card.connection?.wantedOptional(of: app) ?? []
      ).render()
    case .notConnected: return ConnectForm(shell: shell, app: app).render()
    case .notSetUp, .off:
      if card.connection != nil { return manage }
      guard shell.isAdministrator else { return HTML() }
      return """
        <a class="button plain small" href="\(shell.links(.admin(.app(app.id))))">Set up\
        <span class="unseen"> \(app.name)</span></a>
        """
    }
  }

  private var none: HTML {
    let words = filter.text.isEmpty ? "" : " “\(filter.text)”"
    return """
      <h2>No app matches<span data-wanted>\(words)</span>\
      \(filter.category.map { " in \($0.word)" } ?? "")</h2>
      <p class="buttons"><a class="button plain" href="\(shell.links(.apps()))">Clear search and \
      filters</a></p>
      """
  }
}

extension Connection {
  /// Optional permissions to be asked for again: those that were given or asked for, and not taken
  /// back.
  func wantedOptional(of app: App) -> [String] {
    let wanted = Set(grantedScopes + missingScopes)
    return (app.provider?.optionalScopes ?? []).map(\.name).filter(wanted.contains)
  }
}
