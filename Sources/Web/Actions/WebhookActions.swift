import Crypto
import Domain
import Engine
import HTTPTypes
import Store

/// What a person does with webhooks.
struct WebhookActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }

  func list(_ filter: WebhookListFilter = WebhookListFilter()) throws -> Response {
    let webhooks = try stores.webhooks.list(of: user, limit: context.settings.maxWebhooks)
    let health = try stores.webhooks.health(of: webhooks.map(\.id))
    let paused = webhooks.filter { !$0.status.isActive }.map(\.id)
    let held = try stores.webhooks.heldCounts(of: paused, user: user)
    let rows = webhooks.map {
      WebhooksPage.Row(webhook: $0, health: health[$0.id], heldCount: held[$0.id])
    }
    return .page(
      try WebhooksPage(
        shell: context.shell(), rows: rows.sortedByNeed, filter: filter, banner: banner()
      ).render())
  }

  /// What the note in the list's address says, where it is true.
  private func banner() throws -> Banner? {
    guard let note = context.note, let id = context.notedWebhook else { return nil }
    switch note {
    case .deleted:
      return try stores.webhooks.nameOfDeleted(id, of: user).map {
        Banner(sentence: "“\($0)” is deleted")
      }
    case .paused, .resumed:
      guard let webhook = try? stores.webhooks.find(id, of: user),
        webhook.status.isActive == (note == .resumed)
      else { return nil }
      return Banner(
        sentence: "“\(webhook.name)” is \(note == .resumed ? "active" : "paused")")
    case .saved, .hostChanged, .eventsSaved, .eventsUndone, .oldSecretEnded: return nil
    }
  }

  func new() throws -> Response {
    .page(try addPage().render())
  }

  /// The page with what was filled in, and what the check of the address says.
  func new(with advice: AddressAdvice, status: HTTPResponse.Status) throws -> Response {
    let form = try WebhookForm(
      context.form, types: chosenTypes(), policy: context.settings.addressPolicy)
    var page = try addPage(form.answers)
    page.advice = advice
    return .page(page.render(), status: status)
  }

  /// Makes a webhook from the form; its secret is shown once on the page that follows.
  func create() throws -> Response {
    let form = try WebhookForm(
      context.form, types: chosenTypes(), policy: context.settings.addressPolicy)
    if form.isUnfinished { return .page(try addPage(form.answers).render()) }
    var errors = form.errors
    if let name = form.name, try stores.webhooks.hasWebhook(named: name, of: user) {
      if let location = try location(of: form.formID) { return .seeOther(location) }
      errors.append(FieldError("name", "You already have a webhook called “\(name)”"))
    }
    var warning: String?
    if errors.isEmpty, let url = form.endpointURL {
      switch try context.settings.judge(url) {
      case .good: break
      case .refused(let message): errors.append(FieldError("endpoint_url", message))
      case .doubtful(warning: let text): warning = text
      }
    }
    guard errors.isEmpty, let draft = try form.draft() else {
      return .page(
        try addPage(form.answers, errors: errors).render(), status: .unprocessableContent)
    }
    let namesakes = try stores.webhooks.names(sendingTo: draft.endpointURL, of: user)
    let notes = [
      warning,
      namesakes.first.map {
        "“\($0)” already sends to this address. Events both have chosen will arrive twice."
      },
    ].compactMap { $0 }
    return try save(draft, formID: form.formID, answers: form.answers, notes: notes)
  }

  private func save(
    _ draft: WebhookDraft, formID: UUID?, answers: AddWebhookPage.Answers, notes: [String]
  ) throws -> Response {
    let session = context.visitor.session.id
    let links = context.links
    let ticket = formID.map { form in
      FormTicket(session: session, form: form) { links(.webhookSecret(Webhook.ID($0))) }
    }
    do {
      let id = try stores.webhooks.create(
        draft, for: user, limit: context.settings.maxWebhooks, form: ticket, by: context.actor)
      let shown = ([draft.secret.text] + notes).joined(separator: "\n")
      try stores.forms.keepToShow(shown, of: id.rawValue, to: session)
      return .seeOther(links(.webhookSecret(id)))
    } catch StoreError.duplicate {
      return .seeOther(try location(of: formID) ?? links(.webhooks))
    } catch StoreError.limitReached {
      return .page(try addPage(answers, isAtLimit: true).render(), status: .conflict)
    }
  }

  /// Where a form led to that was taken before, as by a double click; nil where it was not.
  private func location(of form: UUID?) throws -> String? {
    try form.flatMap { try stores.forms.location(of: $0, in: context.visitor.session.id) }
  }

  func showSecret(_ id: Webhook.ID) throws -> Response {
    let webhook = try stores.webhooks.find(id, of: user)
    let shown = try context.takeToShow(of: id.rawValue)
    let lines = (shown ?? "").split(separator: "\n").map(String.init)
    let newest = try stores.webhooks.secretFacts(of: id).first
    let secret: SecretPage.Secret =
      if let key = newest?.publicKey {
        .publicKey(key)
      } else if let text = lines.first {
        .shown(text)
      } else {
        .alreadyShown(lastFour: newest?.lastFour ?? "")
      }
    return .page(
      try SecretPage(
        shell: context.shell(), webhookID: id, webhookName: webhook.name, secret: secret,
        notes: Array(lines.dropFirst())
      ).render())
  }

  func show(_ id: Webhook.ID, _ filter: DeliveryFilter) throws -> Response {
    .page(try page(of: stores.webhooks.find(id, of: user), filter).render())
  }

  /// - Parameter choice: What its events' form shows, where that is not what is saved.
  func page(of webhook: Webhook, _ filter: DeliveryFilter, _ choice: EventChoice = EventChoice())
    throws -> WebhookPage
  {
    let id = webhook.id
    let undo = try stores.webhooks.undo(of: webhook)
    let shell = try context.shell()
    return WebhookPage(
      shell: shell, webhook: webhook,
      health: try stores.webhooks.health(of: [id])[id],
      week: filter.showsWeek ? try stores.webhooks.week(of: id) : nil,
      answerTimes: WebhookPage.AnswerTimes(try stores.webhooks.answerTimes(of: id)),
      secrets: try stores.webhooks.secretFacts(of: id), eventTypes: try stores.eventTypes.all(),
      heldCount: webhook.status.isActive ? nil : try stores.webhooks.heldCount(of: id, user: user),
      damage: webhook.status.isActive ? nil : try stores.webhooks.damage(of: id, user: user),
      formID: try Self.newFormID().description, choice: choice, undo: undo,
      banner: banner(of: webhook, undo, shell), log: try log(of: id, filter))
  }

  /// What the note in a webhook's address says, where it is true.
  private func banner(of webhook: Webhook, _ undo: EventsUndo?, _ shell: Shell) -> Banner? {
    switch context.note {
    case .saved: return Banner(sentence: "Saved")
    case .hostChanged:
      return Banner(
        sentence: """
          Saved. You changed the address: if another company now receives these events, make a new \
          secret.
          """,
        action: """
          <a class="button plain small" href="\(shell.links(.rotateSecret(webhook.id)))" \
          data-confirm-link>Make new secret</a>
          """)
    case .paused where !webhook.status.isActive: return Banner(sentence: "Paused")
    case .resumed where webhook.status.isActive: return Banner(sentence: "Active again")
    case .eventsSaved:
      return Banner(
        sentence: "Events saved",
        action: undo.map { UndoForm(shell: shell, webhook: webhook, undo: $0).render() })
    case .eventsUndone: return Banner(sentence: "Undone")
    case .oldSecretEnded: return Banner(sentence: "The old secret has ended")
    case .paused, .resumed, .deleted, nil: return nil
    }
  }

  private func log(of id: Webhook.ID, _ filter: DeliveryFilter) throws -> DeliveryLog {
    guard filter.problems.isEmpty else { return DeliveryLog(filter: filter, rows: .read([])) }
    let page = try stores.deliveries.page(
      of: id, user: user, filter: filter.search(now: currentTime()),
      from: LogPlace(filter.place), limit: 25)
    let durations = try stores.deliveries.durations(of: page.deliveries)
    return DeliveryLog(
      filter: filter,
      rows: .read(
        page.deliveries.map { DeliveryLog.Row(delivery: $0, duration: durations[$0.id]) }),
      newer: page.newer.map(DeliveryFilter.Place.before),
      older: page.older.map(DeliveryFilter.Place.after), searchedBackTo: page.searchedTo)
  }

  private func addPage(
    _ answers: AddWebhookPage.Answers = .init(), errors: [FieldError] = [], isAtLimit: Bool = false
  ) throws -> AddWebhookPage {
    let isFull =
      try isAtLimit || stores.webhooks.count(of: user) >= context.settings.maxWebhooks
    return AddWebhookPage(
      shell: try context.shell(), formID: try Self.newFormID().description,
      eventTypes: try chosenTypes(), answers: answers, errors: errors, isAtLimit: isFull)
  }

  /// Retired ones cannot be chosen anew.
  private func chosenTypes() throws -> [EventType] {
    try stores.eventTypes.all().filter { !$0.isRetired }
  }

  private static func newFormID() throws -> UUID {
    .version7(at: currentTime(), random: try Random.uint64())
  }
}

extension [WebhooksPage.Row] {
  /// Stopped ones first, then failing ones, then by name.
  fileprivate var sortedByNeed: Self {
    sorted { left, right in
      let (first, second) = (left.need, right.need)
      return first == second
        ? left.webhook.name.lowercased() < right.webhook.name.lowercased() : first < second
    }
  }
}

extension WebhooksPage.Row {
  fileprivate var need: Int {
    switch webhook.status {
    case .paused(.failing), .paused(.gone), .paused(.damaged): 0
    case .active where health?.failingSince != nil: 1
    case .active, .paused(.user): 2
    }
  }
}
