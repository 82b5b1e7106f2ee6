import Domain
import Store

@testable import Web

extension SamplePages {
  var people: [Sample] {
    let administrator = person(.administrator, id: 1, seen: true)
    let invited = person(.user, id: 2, invited: true)
    let disabled = person(.user, .disabled, id: 3)
    let all = [administrator, invited, disabled]
    var shell = shell
    shell.isAdministrator = true
    func list(_ filter: UserListFilter, _ users: [ListedUser], note: UserNote? = nil) -> HTML {
      UsersPage(
        shell: shell, filter: filter,
        page: ListPage(items: users, hasEarlier: true, hasLater: true), note: note
      ).render()
    }
    let searched = UserListFilter(
      filter: UserFilter(role: .administrator, state: .invited, prefix: text("zz")))
    let question = UserQuestion(shell: shell, person: administrator)
    let steps: [UserRoute.Step] = [.disable, .signOut, .resetPassword, .delete]
    return [
      Sample(name: "users", html: list(UserListFilter(), all, note: .deleted)),
      Sample(name: "nobody found", html: list(searched, [])),
      Sample(name: "user", html: page(administrator).render()),
      Sample(name: "own page", html: page(administrator, isOwn: true, refusal: .own).render()),
      Sample(name: "invited user", html: page(invited, link: true, isPlain: true).render()),
      Sample(name: "ended invitation", html: page(invited, isPlain: true).render()),
      Sample(
        name: "disabled user",
        html: page(disabled, isPlain: true, refusal: .lastAdministrator).render()),
      Sample(
        name: "link shown",
        html: ShowLinkPage(shell: shell, person: invited, link: text("x")).render()),
      Sample(
        name: "link gone", html: ShowLinkPage(shell: shell, person: invited, link: nil).render()),
      Sample(
        name: "wrong address typed",
        html: question.delete(typed: text("x"), errors: [FieldError("email", text("Type it"))])
          .render()),
      Sample(name: "revoke somebody's key", html: question.revoke(peoplesKey).render()),
    ]
      + steps.compactMap { step in
        (try? question.page(step, isMailed: step == .disable)).map {
          Sample(name: "ask to \(step.rawValue)", html: $0.render())
        }
      } + alone + [true, false].map(invite) + [true, false].map(account)
  }

  private var alone: [Sample] {
    var welcome = WelcomePage(
      site: Self.site, token: "abc", kind: .invitation, email: text("you@example.com"),
      formToken: "00ff")
    let plain = welcome.render()
    welcome.errors = [FieldError("password", "Enter a password")]
    let forgotten = ForgottenPage(
      site: Self.site, isMailed: true, formToken: "00ff", email: text("x"), secondsToWait: 61)
    return [
      Sample(name: "welcome", html: plain),
      Sample(name: "welcome, mistake", html: welcome.render()),
      Sample(name: "link over", html: LinkOverPage(site: Self.site).render()),
      Sample(name: "forgotten", html: forgotten.render()),
      Sample(name: "no mail", html: ForgottenPage(site: Self.site, isMailed: false).render()),
    ]
  }

  private func invite(_ isMailed: Bool) -> Sample {
    var page = InvitePage(shell: shell, hasPasswords: isMailed, isMailed: isMailed)
    page.email = text("x")
    page.errors = [FieldError("email", "Enter it"), FieldError("role", "Choose a role")]
    return Sample(name: "invite, mailed: \(isMailed)", html: page.render())
  }

  private func account(_ hasPassword: Bool) -> Sample {
    let user = person(.user, id: 4).user
    return Sample(
      name: "account, password: \(hasPassword)",
      html: AccountPage(
        shell: shell, user: user, current: Session.ID(UUID(high: 1, low: 1)), sessions: sessions,
        hasPassword: hasPassword, errors: hasPassword ? [FieldError("current", "Wrong")] : [],
        note: .othersEnded
      ).render())
  }

  private func person(
    _ role: User.Role, _ status: User.Status = .active, id: UInt64, invited: Bool = false,
    seen: Bool = false
  ) -> ListedUser {
    ListedUser(
      user: User(
        id: User.ID(UUID(high: 0x019A_B1C2_0000_7000, low: 0x8000_0000_0000_0000 + id)),
        email: text("person\(id)@example.com"), role: role, status: status), hasPassword: !invited,
      createdAt: Self.now, invitedAt: invited ? Self.now : nil, lastSeenAt: seen ? Self.now : nil)
  }

  private func page(
    _ person: ListedUser, isOwn: Bool = false, link: Bool = false, isPlain: Bool = false,
    refusal: UserPage.Refusal? = nil
  ) -> UserPage {
    UserPage(
      shell: shell, person: person, isOwn: isOwn, hasPasswords: true,
      link: link ? OneTimeLink(kind: .invitation, expiresAt: Self.now) : nil, connections: [],
      webhooks: isPlain ? [] : [hook(.active, id: 9)], health: [:],
      keys: isPlain ? [] : [peoplesKey], sessions: isPlain ? [] : sessions, note: .roleSaved,
      refusal: refusal)
  }

  private var sessions: [SessionFacts] {
    [1, 2].map {
      SessionFacts(
        id: Session.ID(UUID(high: 1, low: $0)), createdAt: Self.now, lastSeenAt: Self.now,
        address: text("203.0.113.7"), userAgent: text("Mozilla/5.0 (X11; Linux) Firefox/140.0"))
    }
  }

  private var peoplesKey: APIKeyFacts {
    APIKeyFacts(
      id: UUID(high: 3, low: 3), name: text("Key"), prefix: "pb_12345678",
      scopes: [.eventsWrite], createdAt: Self.now, expiresAt: nil, lastUsedAt: nil, revokedAt: nil)
  }
}
