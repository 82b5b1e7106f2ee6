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

  func list() throws -> Response {
    let webhooks = try stores.webhooks.list(of: user, limit: context.settings.maxWebhooks)
    let health = try stores.webhooks.health(of: webhooks.map(\.id))
    let rows = webhooks.map { WebhooksPage.Row(webhook: $0, health: health[$0.id]) }
    return .page(
      try WebhooksPage(shell: context.shell(), rows: rows.sortedByNeed, banner: banner()).render())
  }

  /// What the note in the list's address says, where it is true.
  private func banner() throws -> Banner? {
    guard let note = context.note, let id = context.notedWebhook else { return nil }
    switch note {
    case .deleted:
      return try stores.webhooks.nameOfDeleted(id, of: user).map {
        Banner(sentence: "“\($0)” is deleted")
      }
    }
  }

  func new() throws -> Response {
    .page(try addPage().render())
  }

  /// Makes a webhook from the form; its secret is shown once on the page that follows.
  func create() throws -> Response {
    let form = try WebhookForm(
      context.form, types: chosenTypes(), policy: context.settings.addressPolicy)
    if let tick = form.tick { return .page(try addPage(form.answers(ticking: tick)).render()) }
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
        try addPage(form.answers(), errors: errors).render(), status: .unprocessableContent)
    }
    return try save(draft, formID: form.formID, answers: form.answers(), warning: warning)
  }

  private func save(
    _ draft: WebhookDraft, formID: UUID?, answers: AddWebhookPage.Answers, warning: String?
  ) throws -> Response {
    let session = context.visitor.session.id
    let links = context.links
    let ticket = formID.map { form in
      FormTicket(session: session, form: form) { links(.webhookSecret(Webhook.ID($0))) }
    }
    do {
      let id = try stores.webhooks.create(
        draft, for: user, limit: context.settings.maxWebhooks, form: ticket, by: context.actor)
      let shown = [draft.secret.text, warning ?? ""].joined(separator: "\n")
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
    let shown = try stores.forms.takeToShow(of: id.rawValue, to: context.visitor.session.id)
    let secret: SecretPage.Secret
    var warning: String?
    if let shown {
      let lines = shown.split(separator: "\n", omittingEmptySubsequences: false)
      secret = .shown(String(lines[0]))
      warning = lines.count > 1 && !lines[1].isEmpty ? String(lines[1]) : nil
    } else {
      secret = .alreadyShown(
        lastFour: try stores.webhooks.secretFacts(of: id).first?.lastFour ?? "")
    }
    return .page(
      try SecretPage(
        shell: context.shell(), webhookID: id, webhookName: webhook.name, secret: secret,
        warning: warning
      ).render())
  }

  func show(_ id: Webhook.ID, _ filter: DeliveryFilter) throws -> Response {
    let webhook = try stores.webhooks.find(id, of: user)
    let secret = try stores.webhooks.secretFacts(of: id).first
    return .page(
      try WebhookPage(
        shell: context.shell(), webhook: webhook,
        health: try stores.webhooks.health(of: [id])[id],
        secretLastFour: secret?.lastFour ?? "", secretMadeAt: secret?.createdAt,
        eventTypes: stores.eventTypes.all(), log: log(of: id, filter)
      ).render())
  }

  private func log(of id: Webhook.ID, _ filter: DeliveryFilter) throws -> DeliveryLog {
    guard filter.problems.isEmpty else { return DeliveryLog(filter: filter, rows: .read([])) }
    let page = try stores.deliveries.page(
      of: id, user: user, filter: filter.search, from: filter.logPlace, limit: 25)
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

extension DeliveryFilter {
  /// The same in the store's words.
  fileprivate var search: LogFilter {
    let state: LogFilter.State? =
      switch status {
      case .delivered: .status(.delivered)
      case .failed: .status(.failed)
      case .held: .status(.held)
      case .pending: .status(.pending)
      case .waiting: .waiting
      case .retrying: .retrying
      case nil: nil
      }
    return LogFilter(state: state, eventType: event, from: from, to: to)
  }

  fileprivate var logPlace: LogPlace {
    switch place {
    case .after(let key): .after(key)
    case .before(let key): .before(key)
    case .lost, nil: .newest
    }
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
    case .paused(.failing), .paused(.gone): 0
    case .active where health?.failingSince != nil: 1
    case .active, .paused(.user): 2
    }
  }
}
