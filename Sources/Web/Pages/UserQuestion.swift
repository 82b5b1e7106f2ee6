import Domain
import Store

/// What is asked before something is done to a person.
struct UserQuestion {
  let shell: Shell
  let person: ListedUser

  private var email: String { person.user.email }
  private var back: (link: String, label: String) {
    (shell.links(.admin(.users(.user(person.user.id)))), email)
  }

  /// - Throws: `StoreError.notFound` for what is not asked about.
  func page(_ step: UserRoute.Step, isMailed: Bool) throws -> ConfirmPage {
    switch step {
    case .disable:
      return confirm(
        step, "Disable \(email)?",
        """
        They are signed out at once. Their keys open nothing, \
        \(Words.count(person.connections, "connection")) hand out no tokens, and events for \
        \(Words.count(person.webhooks, "webhook")) wait until they are enabled again.
        """, button: "Disable \(email)", busy: "Disabling…")
    case .signOut:
      return confirm(
        step, "Sign \(email) out everywhere?",
        "Every browser has to sign in again. Keys and webhooks go on.",
        button: "Sign out \(email) everywhere", busy: "Signing out…")
    case .resetPassword where person.state != .disabled:
      let isInvited = person.state == .invited
      let way: HTML =
        isMailed ? "It goes to \(email)." : "You are shown it once, to pass on to them alone."
      return confirm(
        step,
        isInvited ? "Send the invitation to \(email) again?" : "Reset the password of \(email)?",
        """
        \(isInvited
          ? "A new link is made, good for 7 days. The one before it ends."
          : "A link is made by which they set a new password, good for 30 minutes. Until then the old one holds."
            as HTML) \(way)
        """, button: isInvited ? "Send again" : "Make the link", busy: "Making the link…",
        isDestructive: false)
    case .cancelInvitation where person.state == .invited:
      return confirm(
        step, "Cancel the invitation of \(email)?",
        "Its link opens nothing any more, and the address can be invited anew.",
        button: "Cancel invitation of \(email)", busy: "Cancelling…", keep: "Keep invitation")
    case .delete: return delete()
    case .role, .enable, .link, .resetPassword, .cancelInvitation: throw StoreError.notFound
    }
  }

  func delete(typed: String = "", errors: [FieldError] = []) -> ConfirmPage {
    let errors = FormErrors(list: errors)
    var page = confirm(
      .delete, "Delete \(email)?",
      """
      Everything of theirs goes: \(Words.count(person.connections, "connection")), \
      \(Words.count(person.webhooks, "webhook")) with what was sent, \
      \(Words.count(person.keys, "API key")). There is no way back.
      """, button: "Delete \(email)", busy: "Deleting…", keep: "Keep user")
    page.errors = errors
    page.fields = TextField(
      name: "email", label: "Type \(email) to confirm", value: typed,
      attributes: """
         type="text" autocomplete="off" spellcheck="false" autocapitalize="none"
        """, style: .full
    ).render(errors)
    return page
  }

  func revoke(_ key: APIKeyFacts) -> ConfirmPage {
    let words = APIKeyFactsWords(
      lastUsedAt: key.lastUsedAt, expiresAt: key.expiresAt, now: shell.now)
    return ConfirmPage(
      shell: shell, section: .adminUsers, back: back, title: "Revoke “\(key.name)” of \(email)?",
      text: """
        Programs using it stop working at once. This can’t be undone. It was last used: \
        \(words.lastUsed). It begins with <code>\(key.prefix)</code>.
        """,
      action: .admin(.users(.revokeKey(key.id, of: person.user.id))), keep: "Keep key",
      button: "Revoke \(key.name)", busy: "Revoking…")
  }

  private func confirm(
    _ step: UserRoute.Step, _ title: String, _ text: HTML, button: String, busy: String,
    keep: String = "Change nothing", isDestructive: Bool = true
  ) -> ConfirmPage {
    ConfirmPage(
      shell: shell, section: .adminUsers, back: back, title: title, text: text,
      action: .admin(.users(.step(step, person.user.id))), keep: keep, button: button, busy: busy,
      isDestructive: isDestructive)
  }
}
