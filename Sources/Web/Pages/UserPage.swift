import Domain
import Store

/// One person, as administrators see them.
struct UserPage {
  /// Why something was not done.
  enum Refusal {
    case own, lastAdministrator, changedMeanwhile, isDisabled
  }

  let shell: Shell
  let person: ListedUser
  let isOwn: Bool
  /// False where the host signs people in.
  let hasPasswords: Bool
  /// The one that can still be used.
  let link: OneTimeLink?
  let connections: [(app: String, connection: Connection)]
  let webhooks: [Webhook]
  let health: [Webhook.ID: WebhookHealth]
  /// Those that open something.
  let keys: [APIKeyFacts]
  let sessions: [SessionFacts]
  var note: UserNote?
  var refusal: Refusal?

  private var user: User { person.user }

  func render() -> HTML {
    Frame(
      title: user.email, section: .adminUsers,
      content: """
        \(note.map { Banner(sentence: $0.sentence).render() })\(refusal.map { $0.notice })\
        \(PageHead(
          back: (shell.links(.admin(.users(.list()))), "Users"), heading: HTML.breakableEmail(user.email),
          tag: person.state.tag, lede: lede
        ).render())
        \(openLink)\(role)\(appsPart)\(webhooksPart)\(keysPart)\(sessionsPart)\(ends)
        """
    ).render(in: shell)
  }

  private func address(_ step: UserRoute.Step) -> String {
    shell.links(.admin(.users(.step(step, user.id))))
  }

  private func question(_ step: UserRoute.Step, _ label: HTML, isDanger: Bool = false) -> HTML {
    """
    <a class="button \(isDanger ? "danger" : "plain")" href="\(address(step))" \
    data-confirm-link>\(label)</a>
    """
  }

  private var lede: HTML {
    let added = TimeText(moment: person.createdAt, form: .minute, now: shell.now).html
    return person.state == .invited
      ? "\(user.role.label). \(person.lastSeen(now: shell.now))."
      : "\(user.role.label) since \(added). Last seen: \(person.lastSeen(now: shell.now))."
  }

  private var openLink: HTML {
    guard hasPasswords, person.state != .disabled else { return HTML() }
    let isInvited = person.state == .invited
    let end = link.map { TimeText(moment: $0.expiresAt, form: .minute, now: shell.now).html }
    guard isInvited || end != nil else { return HTML() }
    let title: HTML =
      switch (isInvited, end) {
      case (true, nil): "The invitation has ended before it was used"
      case (true, _): "Invited, and has set no password yet"
      case (false, _): "A link to set a new password is out"
      }
    let actions: HTML? =
      isInvited
      ? """
      <div class="go">\(question(.resetPassword, "Send again"))\
      \(question(.cancelInvitation, "Cancel it"))</div>
      """ : nil
    return Notice(
      tone: isInvited && end == nil ? .warn : .info, title: title,
      text: end.map { "The link works once, until \($0)." }, action: actions
    ).render()
  }

  private var role: HTML {
    guard !isOwn else {
      return """
        <section class="card people-part"><div class="part"><h2>Role</h2>
        <p>\(user.role.label). You can’t change your own role, disable or delete yourself: another \
        administrator can.</p></div></section>
        """
    }
    return """
      <form class="card people-part" method="post" action="\(address(.role))">\(shell.tokenField)
      <input type="hidden" name="was" value="\(user.role.rawValue)">
      <fieldset class="part"><legend>Role</legend><div class="choices">
      \(User.Role.allCases.map {
        Choice(
          name: "role", value: $0.rawValue, label: $0.label, hint: $0.meaning,
          isChosen: $0 == user.role
        ).render()
      })</div></fieldset>
      <div class="part foot"><button class="button plain">Save role</button></div></form>
      """
  }

  private var appsPart: HTML {
    CardTable(
      heading: "Connected apps", caption: "Connected apps",
      columns: ["App", "Account", "State", "Last used", ""],
      rows: connections.map { app, connection in
        let address = shell.links(.admin(.users(.disconnect(connection.app, of: user.id))))
        return
          [
            .init(content: HTML(app)),
            .init(content: HTML(connection.account.name), label: "Account"),
            .init(content: state(of: connection), label: "State"),
            .init(content: moment(connection.lastUsedAt), label: "Last used"),
            .init(
              content: """
                <a class="button plain small" href="\(address)" data-confirm-link>Disconnect\
                <span class="unseen"> \(app)</span></a>
                """),
          ]
      }, nothing: "None."
    ).render()
  }

  /// Where its provider refuses it, since when.
  private func state(of connection: Connection) -> HTML {
    guard case .needsReconnect(let since, _) = connection.status else {
      return connection.isUnchecked
        ? AppState.needsChecking.tag.inList : AppState.connected.tag.inList
    }
    return """
      \(AppState.needsReconnect.tag.inList)\
      <div class="sub">\(connection.reconnectReason == .damaged ? "Our copy is damaged, since" : "Since") \
      \(moment(since))</div>
      """
  }

  private var webhooksPart: HTML {
    CardTable(
      heading: "Webhooks", caption: "Webhooks", columns: ["Webhook", "Address", "State"],
      rows: webhooks.map { webhook in
        [
          .init(content: HTML(webhook.name)),
          .init(
            content:
              "<code class=\"address\">\(HTML.breakable(webhook.endpointURL.withoutQuery))</code>",
            label: "Address"),
          .init(
            content: person.state == .disabled
              ? Tag(tone: .neutral, icon: .pause, word: "Paused: user disabled").inList
              : WebhookState(webhook, health[webhook.id])?.tag.inList ?? "–", label: "State"),
        ]
      }, nothing: "None."
    ).render()
  }

  private var keysPart: HTML {
    CardTable(
      heading: "API keys", caption: "API keys", columns: ["Key", "Can", "Last used", "Ends", ""],
      rows: keys.map { key in
        let words = APIKeyFactsWords(
          lastUsedAt: key.lastUsedAt, expiresAt: key.expiresAt, now: shell.now)
        let address = shell.links(.admin(.users(.revokeKey(key.id, of: user.id))))
        return [
          .init(
            content:
              "<span class=\"name\">\(key.name)</span><code class=\"sub\">\(key.prefix)…</code>"),
          .init(
            content: HTML(APIScope.allCases.filter(key.scopes.contains).sentence), label: "Can"),
          .init(content: words.lastUsed, label: "Last used"),
          .init(content: words.expires, label: "Ends"),
          .init(
            content: """
              <a class="button plain small" href="\(address)" data-confirm-link>Revoke\
              <span class="unseen"> \(key.name)</span></a>
              """),
        ]
      }, nothing: "None."
    ).render()
  }

  private var sessionsPart: HTML {
    CardTable(
      heading: "Signed in", caption: "Browsers that are signed in",
      columns: ["Browser", "Address", "Since", "Last seen"],
      rows: sessions.map { session in
        [
          .init(content: HTML(BrowserName(userAgent: session.userAgent).text)),
          .init(content: HTML(session.address), label: "Address"),
          .init(content: moment(session.createdAt), label: "Since"),
          .init(content: moment(session.lastSeenAt), label: "Last seen"),
        ]
      }, nothing: "Nowhere.",
      foot: sessions.isEmpty ? nil : question(.signOut, "Sign out everywhere")
    ).render()
  }

  private var ends: HTML {
    let reset: HTML? =
      hasPasswords && person.state == .active ? question(.resetPassword, "Reset password") : nil
    let status: HTML? =
      person.state == .disabled
      ? """
      <form method="post" action="\(address(.enable))">\(shell.tokenField)\
      <button class="button plain">Enable<span class="unseen"> \(user.email)</span></button></form>
      """ : isOwn ? nil : question(.disable, "Disable")
    let delete: HTML? = isOwn ? nil : question(.delete, "Delete user", isDanger: true)
    guard reset != nil || status != nil || delete != nil else { return HTML() }
    return """
      <section class="card people-part"><div class="part"><h2>Access</h2>
      <p class="sub">While somebody is disabled they can’t sign in, their keys and connections open \
      nothing, and their webhooks wait.</p></div>
      <div class="part foot">\(reset)\(status)\(delete)</div></section>
      """
  }

  private func moment(_ time: Timestamp?) -> HTML {
    time.map { TimeText(moment: $0, form: .minute, now: shell.now).html } ?? "Never"
  }
}

extension UserPage.Refusal {
  fileprivate var notice: HTML {
    switch self {
    case .own:
      Notice(
        tone: .warn, title: "You can’t do this to yourself",
        text: "Nothing was changed. Another administrator can."
      ).render()
    case .lastAdministrator:
      Notice(
        tone: .warn, title: "Somebody must stay administrator",
        text: "Nothing was changed. Make another person administrator first."
      ).render()
    case .changedMeanwhile:
      Notice(
        tone: .warn, title: "Somebody changed this in the meantime",
        text: "Nothing was saved. This is how it stands now; make your change again."
      ).render()
    case .isDisabled:
      Notice(
        tone: .warn, title: "This user is disabled",
        text: "No link was made: it could not be used. Enable the user first."
      ).render()
    }
  }
}

extension HTML {
  /// An e-mail address, with a chance for the browser to break it before its domain.
  static func breakableEmail(_ address: String) -> HTML {
    let parts = address.split(separator: "@", maxSplits: 1)
    guard parts.count == 2 else { return HTML(address) }
    return "\(String(parts[0]))<wbr>@\(String(parts[1]))"
  }
}
