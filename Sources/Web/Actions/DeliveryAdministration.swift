import Crypto
import Domain
import HTTPTypes
import Store

/// What administrators see and do of deliveries, whoever's they are.
struct DeliveryAdministration {
  let context: Context

  private var stores: Stores { context.stores }

  func respond(_ route: AdminDeliveryRoute, isPost: Bool) throws -> Response {
    switch route {
    case .log(let filter): return try log(filter)
    case .delivery(let id, let attempt): return .page(try page(id, attempt: attempt).render())
    case .payload(let id): return try showPayload(of: id)
    case .retry(let id): return isPost ? try retry(id) : .page(try ask(id, .retry).render())
    case .drop(let id): return isPost ? try drop(id) : .page(try ask(id, .drop).render())
    case .dead, .retryDead, .dropDead, .job, .stopJob:
      return try DeadAdministration(context: context).respond(route, isPost: isPost)
    }
  }

  private func log(_ filter: AdminLogFilter) throws -> Response {
    var page = AdminDeliveriesPage(
      shell: try context.shell(), filter: filter, eventTypes: try stores.eventTypes.all())
    var search = DeliverySearch(filter: filter.log.search(now: page.shell.now))
    search.filter.from = filter.start(now: page.shell.now)
    if let text = filter.id {
      guard let id = UUID(text) else {
        page.errors.append(FieldError("id", "Enter a whole id, a UUID"))
        return .page(page.render())
      }
      if try stores.deliveries.owner(of: Delivery.ID(id)) != nil {
        return .seeOther(context.links(.deliveries(.delivery(Delivery.ID(id)))))
      }
      search.filter.eventID = Event.ID(id)
    }
    if let text = filter.code {
      let code = Int(text)
      if let code, (100...599).contains(code) {
        search.filter.answer = .code(code)
      } else {
        page.errors.append(FieldError("code", "Enter a number from 100 to 599"))
      }
    }
    if let text = filter.user {
      search.user = try User.ID(text) ?? stores.users.find(email: text)?.id
      if search.user == nil {
        page.errors.append(FieldError("user", "No user has this e-mail address or id"))
      }
    }
    search.webhook = filter.webhook.map { text in Webhook.ID(text).map { .id($0) } ?? .name(text) }
    search.host = filter.host
    guard page.errors.isEmpty, filter.log.problems.isEmpty else { return .page(page.render()) }
    let found = try stores.deliverySearch.page(
      search, from: LogPlace(filter.log.place), limit: AdminDeliveriesPage.rowsOfPage)
    let durations = try stores.deliveries.durations(of: found.deliveries)
    page.rows = found.deliveries.map { DeliveryLog.Row(delivery: $0, duration: durations[$0.id]) }
    page.owners = try stores.deliverySearch.owners(of: found.deliveries.map(\.webhookID))
    page.newer = found.newer.map(DeliveryFilter.Place.before)
    page.older = found.older.map(DeliveryFilter.Place.after)
    page.searchedBackTo = found.searchedTo
    return .page(page.render())
  }

  private func page(_ id: Delivery.ID, attempt: Int?) throws -> AdminDeliveryPage {
    let (delivery, owner) = try stores.deliverySearch.find(id)
    let attempts = try stores.deliveries.attempts(of: delivery)
    return AdminDeliveryPage(
      shell: try context.shell(), delivery: delivery,
      webhook: try webhook(of: delivery), attempts: attempts,
      selected: attempts.first { $0.number == attempt } ?? attempts.last,
      body: try stores.deliveries.body(of: delivery, user: owner))
  }

  private func webhook(of delivery: Delivery) throws -> WebhookOwner {
    let found = try stores.deliverySearch.owners(of: [delivery.webhookID])[delivery.webhookID]
    guard let found else { throw StoreError.notFound }
    return found
  }

  /// In this answer alone: what is asked for by GET never has it.
  private func showPayload(of id: Delivery.ID) throws -> Response {
    let number = try context.form.one("attempt").flatMap { Int($0) }
    let reason = try context.form.one("reason")?.trimmingSpaces ?? ""
    var page = try page(id, attempt: number)
    page.reason = reason
    if let lack = lack(of: reason) {
      page.errors = [FieldError("reason", lack)]
      return .page(page.render(), status: .unprocessableContent)
    }
    try stores.deliveries.recordReading(
      of: id, owner: page.webhook.userID, reason: reason, attempt: page.selected?.number,
      by: context.actor)
    page.isVeiled = false
    return .page(page.render())
  }

  /// Who reads the audit log must find a reason there, so it has to be one that can be read.
  private func lack(of reason: String) -> String? {
    let scalars = reason.unicodeScalars
    if let lack = OneLine.lack(reason) { return "Use \(lack)" }
    let isSaid = scalars.contains {
      $0.properties.isAlphabetic || $0.properties.numericType != nil
    }
    guard isSaid, (Self.shortestReason...Self.longestReason).contains(scalars.count) else {
      return "Enter why you need to see it, in 5 to 300 characters"
    }
    return nil
  }

  private static let shortestReason = 5
  private static let longestReason = 300

  private func ask(_ id: Delivery.ID, _ verb: AdminConfirmDelivery.Verb) throws
    -> AdminConfirmDelivery
  {
    let (delivery, _) = try stores.deliverySearch.find(id)
    return AdminConfirmDelivery(
      shell: try context.shell(), delivery: delivery, webhook: try webhook(of: delivery),
      verb: verb)
  }

  private func retry(_ id: Delivery.ID) throws -> Response {
    try act(on: id, .retry) { owner in
      try stores.deliveries.retry(id, of: owner, by: context.actor)
      context.settings.wakeWorkers()
    }
  }

  private func drop(_ id: Delivery.ID) throws -> Response {
    try act(on: id, .drop) { try stores.deliveries.drop(id, of: $0, by: context.actor) }
  }

  private func act(
    on id: Delivery.ID, _ verb: AdminConfirmDelivery.Verb, _ change: (User.ID) throws -> Void
  ) throws -> Response {
    let (_, owner) = try stores.deliverySearch.find(id)
    do {
      try change(owner)
    } catch let refusal as StoreError {
      guard let message = refusal.deliveryRefusal else { throw refusal }
      var page = try ask(id, verb)
      page.refusal = message
      return .page(page.render(), status: .conflict)
    }
    return .seeOther(context.links(.deliveries(.delivery(id))) + "#attempts")
  }
}

extension LogPlace {
  init(_ place: DeliveryFilter.Place?) {
    self =
      switch place {
      case .after(let cursor): .after(cursor)
      case .before(let cursor): .before(cursor)
      case .lost, nil: .newest
      }
  }
}

extension StoreError {
  /// Why an administrator's wish was not done; nil for what is said otherwise.
  fileprivate var deliveryRefusal: String? {
    switch self {
    case .webhookPaused: "The webhook is paused, or its user is disabled: nothing is sent for it."
    case .beingSent: "It is being sent just now. Wait for the result."
    case .delivered: "It was delivered meanwhile: there is nothing to drop."
    default: retryRefusal
    }
  }
}
