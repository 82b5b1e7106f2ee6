import Domain
import HTTPTypes
import Store

/// What administrators do with people.
struct UserAdministration {
  let context: Context

  private static let pageSize = 25

  private var stores: Stores { context.stores }
  private var settings: WebSettings { context.settings }

  func respond(_ route: UserRoute, isPost: Bool) throws -> Response {
    switch route {
    case .list(let filter): return try list(filter)
    case .invite: return isPost ? try invite() : .page(try invitePage().render())
    case .user(let id): return .page(try page(id).render())
    case .step(let step, let id): return isPost ? try take(step, id) : try ask(step, id)
    case .disconnect(let app, let id):
      return try DisconnectActions(context: context).disconnect(app, ofPerson: id, isDone: isPost)
    case .revokeKey(let key, let id):
      if isPost {
        try stores.apiKeys.revoke(key, of: id, by: context.actor)
        return seeOther(id, .keyRevoked)
      }
      let facts = try stores.apiKeys.find(key, of: id)
      let person = try stores.users.listed(id)
      return .page(
        UserQuestion(shell: try context.shell(), person: person).revoke(facts).render())
    }
  }

  private func list(_ filter: UserListFilter) throws -> Response {
    .page(
      UsersPage(
        shell: try context.shell(), filter: filter,
        page: try stores.users.page(filter.filter, from: filter.place, limit: Self.pageSize),
        note: context.userNote
      ).render())
  }

  private func page(_ id: User.ID) throws -> UserPage {
    let person = try stores.users.listed(id)
    let webhooks = try stores.webhooks.list(of: id, limit: settings.maxWebhooks + 1)
    return UserPage(
      shell: try context.shell(), person: person, isOwn: id == context.user.id,
      hasPasswords: settings.authentication == .password,
      link: try stores.links.open(of: id),
      connections: try stores.connections.list(of: id).map { connection in
        (try stores.apps.find(connection.app).app.name, connection)
      },
      webhooks: webhooks, health: try stores.webhooks.health(of: webhooks.map(\.id)),
      keys: try stores.apiKeys.live(of: id, from: .first, limit: 100).items,
      sessions: try stores.sessions.list(of: id), note: context.userNote)
  }

  private func invitePage() throws -> InvitePage {
    InvitePage(
      shell: try context.shell(), hasPasswords: settings.authentication == .password,
      isMailed: settings.linkMailing != nil)
  }

  private func invite() throws -> Response {
    var page = try invitePage()
    page.email = try context.form.one("email")?.trimmingSpaces ?? ""
    page.role = try context.form.one("role").flatMap(User.Role.init(rawValue:))
    let email = EmailAddress(page.email)
    if email == nil { page.errors.append(FieldError("email", EmailAddress.mend)) }
    if page.role == nil { page.errors.append(FieldError("role", "Choose a role")) }
    guard let email, let role = page.role else {
      return .page(page.render(), status: .unprocessableContent)
    }
    do {
      guard settings.authentication == .password else {
        let user = try stores.users.add(
          email: email.text, role: role, passwordHash: nil, by: context.actor)
        return seeOther(user.id, .added)
      }
      let (user, token) = try stores.links.invite(
        email, role: role, mailing: settings.linkMailing, by: context.actor)
      return try lead(token, to: user.id)
    } catch StoreError.duplicate {
      page.errors = [FieldError("email", "There is somebody with this address already")]
      return .page(page.render(), status: .unprocessableContent)
    }
  }

  /// Mailed, or to the page that shows it once.
  private func lead(_ token: OneTimeLink.Token, to id: User.ID) throws -> Response {
    if settings.linkMailing != nil {
      settings.wakeWorkers()
      return seeOther(id, .linkMailed)
    }
    try stores.forms.keepToShow(
      settings.address(of: token), of: id.rawValue, to: context.visitor.session.id)
    return .seeOther(context.links(.admin(.users(.step(.link, id)))))
  }

  private func ask(_ step: UserRoute.Step, _ id: User.ID) throws -> Response {
    if [.link, .resetPassword].contains(step), settings.authentication != .password {
      throw StoreError.notFound
    }
    let person = try stores.users.listed(id)
    if step == .resetPassword, person.state == .disabled { return try refuse(id, .isDisabled) }
    if step == .link {
      let link = try context.takeToShow(of: id.rawValue)
      return .page(
        ShowLinkPage(shell: try context.shell(), person: person, link: link).render())
    }
    let question = UserQuestion(shell: try context.shell(), person: person)
    return .page(try question.page(step, isMailed: settings.linkMailing != nil).render())
  }

  private func take(_ step: UserRoute.Step, _ id: User.ID) throws -> Response {
    do {
      return try act(step, id)
    } catch StoreError.lastAdministrator {
      return try refuse(id, .lastAdministrator)
    } catch StoreError.versionConflict {
      return try refuse(id, .changedMeanwhile)
    }
  }

  private func act(_ step: UserRoute.Step, _ id: User.ID) throws -> Response {
    let actor = context.actor
    let isOwn = id == context.user.id
    switch step {
    case .role:
      guard !isOwn else { return try refuse(id, .own) }
      guard let role = try context.form.one("role").flatMap(User.Role.init(rawValue:)),
        let old = try context.form.one("was").flatMap(User.Role.init(rawValue:))
      else { throw Query.Malformed() }
      try stores.users.setRole(role, was: old, of: id, by: actor)
      return seeOther(id, .roleSaved)
    case .disable:
      guard !isOwn else { return try refuse(id, .own) }
      try stores.users.setStatus(.disabled, of: id, by: actor)
      return seeOther(id, .disabled)
    case .enable:
      try stores.users.setStatus(.active, of: id, by: actor)
      return seeOther(id, .enabled)
    case .signOut:
      try stores.sessions.endAll(
        of: id, keeping: isOwn ? context.visitor.session.id : nil, by: actor)
      return seeOther(id, .signedOut)
    case .resetPassword:
      guard settings.authentication == .password else { throw StoreError.notFound }
      return try makeLink(for: id)
    case .cancelInvitation:
      try stores.users.cancelInvitation(of: id, by: actor)
      return .seeOther(context.links(.admin(.users(.list())), note: UserNote.cancelled))
    case .delete: return isOwn ? try refuse(id, .own) : try delete(id)
    case .link: throw StoreError.notFound
    }
  }

  /// There is none for who is disabled. Whoever is gone has no page either.
  private func makeLink(for id: User.ID) throws -> Response {
    do {
      let token = try stores.links.renew(
        for: id, mailing: settings.linkMailing, by: context.actor)
      return try lead(token, to: id)
    } catch StoreError.notFound {
      return try refuse(id, .isDisabled)
    }
  }

  private func delete(_ id: User.ID) throws -> Response {
    let person = try stores.users.listed(id)
    let typed = try context.form.one("email")?.trimmingSpaces.lowercased() ?? ""
    guard typed == person.user.email else {
      let page = UserQuestion(shell: try context.shell(), person: person).delete(
        typed: typed,
        errors: [FieldError("email", "Type \(person.user.email), exactly as it is")])
      return .page(page.render(), status: .unprocessableContent)
    }
    try stores.users.delete(id, by: context.actor)
    return .seeOther(context.links(.admin(.users(.list())), note: UserNote.deleted))
  }

  private func refuse(_ id: User.ID, _ refusal: UserPage.Refusal) throws -> Response {
    var page = try page(id)
    page.refusal = refusal
    return .page(page.render(), status: .conflict)
  }

  private func seeOther(_ id: User.ID, _ note: UserNote) -> Response {
    .seeOther(context.links(.admin(.users(.user(id))), note: note))
  }
}

extension WebSettings {
  /// In full: it goes into a mail, or is shown once.
  func address(of token: OneTimeLink.Token) -> String {
    origin + Links(prefix: prefix, assetVersion: version)(.welcome(token.text))
  }

  /// nil where there is no mail server: then links are shown once to who made them.
  var linkMailing: LinkStore.Mailing? {
    mailsLinks ? { token in address(of: token) } : nil
  }
}
