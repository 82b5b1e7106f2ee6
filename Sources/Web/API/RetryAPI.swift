import Domain
import HTTPTypes
import Store

extension APIResponder {
  /// `POST /webhooks/{id}/test`
  func sendTest(_ id: Webhook.ID, _ request: APIRequest) throws -> Response {
    let user = try owner(of: id, request)
    _ = try stores.webhooks.find(id, of: user.id)
    let object = try request.object()
    var errors: [FieldError] = []
    let types = try stores.eventTypes.all()
    let type = object["type"]?.string.flatMap { name in types.first { $0.name == name } }
    if type == nil {
      errors.append(FieldError("type", "Name an event type of GET /event-types, as a string."))
    }
    var data = Array((type?.example ?? "{}").utf8)
    if let given = object["data"], !given.isNull {
      data = given.compact
      if let problem = TestRun.problem(with: given, type: type?.name ?? "") {
        errors.append(FieldError("data", problem))
      }
    }
    guard errors.isEmpty, let type else { throw Problem.unprocessable(errors) }
    do {
      let delivery = try TestRun(stores: stores, settings: settings)
        .send(type.name, data: data, to: id, of: user.id, by: request.actor(for: user))
      return .json(try deliveryJSON(delivery, of: user))
    } catch let refusal as TestRun.Refusal {
      throw refusal.problem(limit: settings.testLimit)
    }
  }

  /// `POST /deliveries/{id}/retry`
  func retryDelivery(_ id: Delivery.ID, _ request: APIRequest) throws -> Response {
    let user = try request.user(
      named: request.userInQuery(), owner: { try stores.deliveries.owner(of: id) })
    try stores.deliveries.retry(id, of: user.id, by: request.actor(for: user))
    settings.wakeWorkers()
    return .json(try deliveryJSON(id, of: user), status: .accepted)
  }
}

extension TestRun.Refusal {
  fileprivate func problem(limit: Rate) -> Problem {
    switch self {
    case .tooMany(let seconds):
      Problem(
        status: .tooManyRequests, title: "Too many tests",
        detail: "At most \(limit.count) tests are sent in \(Words.length(limit.unit)).",
        retryAfterSeconds: seconds)
    case .busy:
      Problem(
        status: .serviceUnavailable, title: "Service unavailable",
        detail: "Other tests are being sent just now. Nothing was sent; try again shortly.",
        retryAfterSeconds: 1)
    }
  }
}

extension StoreError {
  /// Why nothing is sent again; nil for what is said otherwise.
  var retryRefusal: String? {
    switch self {
    case .webhookPaused: "The webhook is paused. Resume it first."
    case .payloadPurged: "The event's payload is no longer kept, so there is nothing to send."
    case .tooManyAttempts:
      "This delivery has had \(Words.number(DeliveryStore.attemptLimit)) attempts; no more can be asked for."
    case .jobRunning: "Deliveries of this webhook are being sent again already. Wait for the end."
    case .notFound, .duplicate, .limitReached, .versionConflict, .overlapRuns, .headersOverLimit,
      .unreadable, .damaged,
      .lastAdministrator, .beingSent, .delivered:
      nil
    }
  }
}
