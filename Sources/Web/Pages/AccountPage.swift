import Domain
import Store

/// One's own account: the password, and which browsers are signed in.
struct AccountPage {
  let shell: Shell
  let user: User
  /// The session of this browser.
  let current: Session.ID
  let sessions: [SessionFacts]
  /// False where the host signs people in.
  let hasPassword: Bool
  var errors: [FieldError] = []
  var note: UserNote?

  func render() -> HTML {
    let formErrors = FormErrors(list: errors)
    return Frame(
      title: "Your account", hasErrors: !errors.isEmpty, section: .account,
      content: """
        \(note.map { Banner(sentence: $0.sentence).render() })\(PageHead(
          errors: formErrors, heading: "Your account",
          lede: "\(user.email), \(user.role.label.lowercased())."
        ).render())
        \(hasPassword ? password(formErrors) : hostPart)
        \(sessionsPart)
        <p><a href="\(shell.links(.activity()))">Your activity</a>: what was done by you, and to what is \
        yours.</p>
        """
    ).render(in: shell)
  }

  private var hostPart: HTML {
    """
    <section class="card people-part"><div class="part"><h2>Signing in</h2>
    <p>You are signed in by the product around these pages, so there is no password here.</p>
    </div></section>
    """
  }

  private func password(_ errors: FormErrors) -> HTML {
    """
    <form class="card people-part" method="post" action="\(shell.links(.account(.password)))" \
    novalidate data-busy="Saving…">\(shell.tokenField)
    <input type="hidden" name="email" value="\(user.email)" autocomplete="username">
    <div class="part"><h2>Password</h2>
    \(TextField(
      name: "current", label: "Current password",
      attributes: " type=\"password\" autocomplete=\"current-password\" required"
    ).render(errors))
    \(NewPasswordField.render(label: "New password", errors, style: .short))
    </div>
    <div class="part foot"><button class="button primary">Change password</button></div></form>
    """
  }

  private var sessionsPart: HTML {
    let others = sessions.contains { $0.id != current }
    return CardTable(
      heading: "Where you are signed in", caption: "Browsers that are signed in",
      columns: ["Browser", "Address", "Since", "Last seen", ""],
      rows: sessions.map(row), nothing: "Nowhere else.",
      foot: others
        ? """
        <form method="post" action="\(shell.links(.account(.endOthers)))">\(shell.tokenField)\
        <button class="button plain">Sign out all other browsers</button></form>
        """ : nil
    ).render()
  }

  private func row(_ session: SessionFacts) -> [CardTable.Cell] {
    let name = BrowserName(userAgent: session.userAgent).text
    func moment(_ time: Timestamp) -> HTML {
      TimeText(moment: time, form: .minute, now: shell.now).html
    }
    let action: HTML =
      session.id == current
      ? "<span class=\"sub\">This one</span>"
      : """
      <form method="post" action="\(shell.links(.account(.endSession)))">\(shell.tokenField)\
      <button class="button plain small" name="session" value="\(session.id.description)">Sign out\
      <span class="unseen"> \(name), \(session.address)</span></button></form>
      """
    return [
      .init(content: HTML(name)), .init(content: HTML(session.address), label: "Address"),
      .init(content: moment(session.createdAt), label: "Since"),
      .init(content: moment(session.lastSeenAt), label: "Last seen"), .init(content: action),
    ]
  }
}
