import Crypto
import Domain
import HTTPTypes
import Store

/// What a person does with API keys of their own, and an administrator with service keys.
struct APIKeyActions {
  let context: Context
  var holder = KeyHolder.person

  private var stores: Stores { context.stores }
  /// nil: the keys are the site's.
  private var user: User.ID? { holder == .person ? context.user.id : nil }

  func respond(_ route: AdminKeyRoute, isPost: Bool) throws -> Response {
    switch route {
    case .list(let choice): try isPost ? create() : list(choice)
    case .new: try new()
    case .key(let id): try show(id)
    case .revoke(let id): try revoke(id, isConfirmed: isPost)
    }
  }

  func list(_ choice: KeyListChoice) throws -> Response {
    let ended = try stores.apiKeys.ended(of: user, limit: APIKeysPage.limit + 1)
    return .page(
      APIKeysPage(
        shell: try context.shell(), holder: holder,
        live: try stores.apiKeys.live(of: user, from: choice.place, limit: APIKeysPage.limit),
        ended: ended,
        justRevoked: ended.first { $0.id == choice.revoked && $0.revokedAt != nil }
      ).render())
  }

  func new() throws -> Response {
    .page(try createPage(CreateKeyPage.Answers()).render())
  }

  /// Makes a key from the form; it is shown once on the page that follows.
  func create() throws -> Response {
    let form = try APIKeyForm(context.form, holder: holder)
    var errors = form.errors
    if try stores.apiKeys.isTaken(form.answers.name, of: user) {
      if let location = try location(of: form.formID) { return .seeOther(location) }
      errors.append(
        FieldError(
          "name",
          holder == .person
            ? "You already have a key called “\(form.answers.name)”"
            : "There is a service key called “\(form.answers.name)” already"))
    }
    guard errors.isEmpty, let draft = form.draft else {
      return .page(
        try createPage(form.answers, errors: errors).render(), status: .unprocessableContent)
    }
    return try save(draft, form)
  }

  private func save(_ draft: APIKeyDraft, _ form: APIKeyForm) throws -> Response {
    let session = context.visitor.session.id
    let (links, holder) = (context.links, holder)
    let ticket = form.formID.map { id in
      FormTicket(session: session, form: id) { links(holder.key($0)) }
    }
    do {
      let (id, key) = try stores.apiKeys.create(
        draft, for: user, limit: limit, form: ticket, by: context.actor)
      try stores.forms.keepToShow(key.text, of: id, to: session)
      return .seeOther(links(holder.key(id)))
    } catch StoreError.duplicate {
      return .seeOther(try location(of: form.formID) ?? links(holder.list()))
    } catch StoreError.limitReached {
      return .page(try createPage(form.answers, isAtLimit: true).render(), status: .conflict)
    }
  }

  /// Where a form led to that was taken before, as by a double click; nil where it was not.
  private func location(of form: UUID?) throws -> String? {
    try form.flatMap { try stores.forms.location(of: $0, in: context.visitor.session.id) }
  }

  func show(_ id: UUID) throws -> Response {
    let key = try stores.apiKeys.find(id, of: user)
    let text = try context.takeToShow(of: id)
    return .page(
      ShowKeyPage(
        shell: try context.shell(), holder: holder, key: key, text: text,
        address: context.settings.origin
          + context.links(.api(holder == .person ? "webhooks" : "event-types"))
      ).render())
  }

  /// Asks before, or does it.
  func revoke(_ id: UUID, isConfirmed: Bool) throws -> Response {
    if isConfirmed {
      try stores.apiKeys.revoke(id, of: user, by: context.actor)
      return .seeOther(context.links(holder.list(KeyListChoice(revoked: id))))
    }
    let key = try stores.apiKeys.find(id, of: user)
    guard !key.hasEnded(at: currentTime()) else { return .seeOther(context.links(holder.list())) }
    return .page(RevokeKeyPage(shell: try context.shell(), holder: holder, key: key).render())
  }

  /// There is none for service keys.
  private var limit: Int? { holder == .person ? context.settings.maxKeys : nil }

  private func createPage(
    _ answers: CreateKeyPage.Answers, errors: [FieldError] = [], isAtLimit: Bool = false
  ) throws -> CreateKeyPage {
    let isFull = try isAtLimit || limit.map { try stores.apiKeys.count(of: user) >= $0 } ?? false
    let form = UUID.version7(at: currentTime(), random: try Random.uint64())
    return CreateKeyPage(
      shell: try context.shell(), holder: holder, formID: form.description, answers: answers,
      errors: errors,
      isAtLimit: isFull)
  }
}
