import Domain
import Store

/// People, by e-mail address.
struct UsersPage {
  let shell: Shell
  let filter: UserListFilter
  let page: ListPage<ListedUser>
  var note: UserNote?

  func render() -> HTML {
    Frame(
      title: "Users", section: .adminUsers,
      content: """
        \(note.map { Banner(sentence: $0.sentence).render() })\(PageHead(
          heading: "Users", lede: "Who can come in, and what they have here.",
          actions: """
            <a class="button primary" href="\(link(.invite))">\(Icon.plus)Invite someone</a>
            """
        ).render())
        \(tools)
        \(page.items.isEmpty ? nothing : list)
        """
    ).render(in: shell)
  }

  private func link(_ route: UserRoute) -> String { shell.links(.admin(.users(route))) }

  private var tools: HTML {
    let clear: HTML? =
      filter.narrows ? "<a class=\"button quiet\" href=\"\(link(.list()))\">Clear</a>" : nil
    return """
      <form class="card people-filter" method="get" action="\(link(.list()))" role="search">
      <div class="field"><label for="q">Email address begins with</label>\
      <input id="q" name="q" type="search" value="\(filter.filter.prefix)" autocomplete="off" \
      spellcheck="false" autocapitalize="none"></div>
      \(SelectField("role", "Role", filter.filter.role?.rawValue, roles).render())
      \(SelectField("state", "State", filter.filter.state?.rawValue, states).render())
      <div class="go"><button class="button plain">Show</button>\(clear)</div>
      </form>
      """
  }

  private var roles: [(value: String, label: String)] {
    [("", "All")] + User.Role.allCases.map { ($0.rawValue, $0.label) }
  }

  private var states: [(value: String, label: String)] {
    [("", "All")] + User.State.allCases.map { ($0.rawValue, $0.label) }
  }

  private var nothing: HTML {
    let wanted = filter.filter.prefix
    return """
      <div class="card"><div class="empty"><h2>\(wanted.isEmpty
        ? "Nobody is like that" : "Nobody’s address begins with “\(wanted)”")</h2>
      <p class="buttons"><a class="button plain" href="\(link(.list()))">Show everybody</a></p>
      </div></div>
      """
  }

  private var list: HTML {
    """
    <div class="card">
    <div class="table people whole">
    <table role="table">
    <caption class="unseen">Users</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Person</th>\
    <th role="columnheader" scope="col">Role</th>\
    <th role="columnheader" scope="col">State</th>\
    <th role="columnheader" scope="col">Last seen</th>\
    <th role="columnheader" scope="col">Apps</th>\
    <th role="columnheader" scope="col">Webhooks</th>\
    <th role="columnheader" scope="col">Keys</th></tr></thead>
    <tbody role="rowgroup">
    \(page.items.map(row))
    </tbody></table></div>
    \(pager)</div>
    """
  }

  private func row(_ each: ListedUser) -> HTML {
    """
    <tr role="row"><th role="rowheader" scope="row"><a class="name" \
    href="\(link(.user(each.user.id)))">\(each.user.email)</a></th>
    <td role="cell" data-label="Role">\(each.user.role.label)</td>
    <td role="cell" data-label="State">\(each.state.tag.inList)</td>
    <td role="cell" data-label="Last seen">\(each.lastSeen(now: shell.now))</td>
    <td role="cell" data-label="Apps">\(each.connections)</td>
    <td role="cell" data-label="Webhooks">\(each.webhooks)</td>
    <td role="cell" data-label="Keys">\(each.keys)</td></tr>

    """
  }

  private var pager: HTML? {
    ListPager(
      page: page, key: { $0.user.email }, name: { $0.user.email },
      address: { link(.list(filter.at($0))) }
    ).render()
  }
}
