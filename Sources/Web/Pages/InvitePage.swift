import Domain
import Store

/// Asks somebody in.
struct InvitePage {
  let shell: Shell
  /// False where the host signs people in: then there is nothing to set, and no link.
  let hasPasswords: Bool
  let isMailed: Bool
  var email = ""
  var role: User.Role? = .user
  var errors: [FieldError] = []

  func render() -> HTML {
    var formErrors = FormErrors(list: errors)
    formErrors.targets = ["role": "role-user"]
    return Frame(
      title: title, hasErrors: !errors.isEmpty, section: .adminUsers,
      content: """
        \(PageHead(
          back: (shell.links(.admin(.users(.list()))), "Users"), errors: formErrors,
          heading: HTML(title), lede: lede
        ).render())
        <form class="card" method="post" action="\(shell.links(.admin(.users(.invite))))" novalidate \
        data-busy="\(hasPasswords ? "Inviting…" : "Adding…")">
        \(shell.tokenField)
        <div class="part">\(TextField(
          name: "email", label: "Email address", value: email,
          attributes: " type=\"email\" autocomplete=\"off\" spellcheck=\"false\" autocapitalize=\"none\"",
          style: .full
        ).render(formErrors))</div>
        <fieldset class="part"><legend>Role</legend>\(formErrors.message(for: "role"))<div class="choices">
        \(User.Role.allCases.map {
          Choice(
            name: "role", value: $0.rawValue, label: $0.label, hint: $0.meaning, isChosen: $0 == role
          ).render()
        })</div></fieldset>
        <div class="part foot"><button class="button primary">\(hasPasswords ? "Invite" : "Add")</button> \
        <a class="button quiet" href="\(shell.links(.admin(.users(.list()))))">Cancel</a></div>
        </form>
        """
    ).render(in: shell)
  }

  private var title: String { hasPasswords ? "Invite someone" : "Add someone" }

  private var lede: HTML {
    if !hasPasswords { return "They come in as soon as the host signs them in." }
    return isMailed
      ? "They get an email with a link, good for 7 days, by which they set a password."
      : "You are shown a link, good for 7 days, by which they set a password. Pass it on to them alone."
  }
}

/// A one-time link, right after it was made: shown once, to who made it.
struct ShowLinkPage {
  let shell: Shell
  let person: ListedUser
  /// nil when it was shown before, or its ten minutes are over.
  let link: String?

  private var back: String { shell.links(.admin(.users(.user(person.user.id)))) }

  func render() -> HTML {
    Frame(
      title: title, section: .adminUsers,
      content: """
        \(PageHead(
          back: (back, person.user.email), heading: HTML(title), lede: lede
        ).render())
        \(link.map(card) ?? "<p class=\"buttons\">\(goOn)</p>")
        """
    ).render(in: shell)
  }

  private var title: String {
    link == nil ? "This link has already been shown" : "Copy the link"
  }

  private var lede: HTML {
    link == nil
      ? "We can’t show it again. Make a new one on the page of \(person.user.email)."
      : "This is the only time we show it. Whoever opens it can set the password of \(person.user.email)."
  }

  private var goOn: HTML {
    "<a class=\"button primary\" href=\"\(back)\">Go on</a>"
  }

  private func card(_ link: String) -> HTML {
    """
    <div class="card once"><div class="part">
    <div class="field"><label for="link">One-time link</label>
    <div class="row"><input class="full mono" id="link" type="text" readonly value="\(link)" \
    autocomplete="off" spellcheck="false" data-lpignore="true" data-select>\
    \(CodeBlock.copyButton(of: "link", "one-time link"))</div></div>
    <p class="hint">It works once, for \(person.state == .invited ? "7 days" : "30 minutes").</p>
    </div><div class="part foot">\(goOn)</div></div>
    """
  }
}
