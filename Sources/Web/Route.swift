package import Domain

/// Every address there is, below the prefix: read from a request and printed into pages here alone.
package enum Route: Equatable, Sendable {
  /// Leads on to the first page of the area.
  case root
  /// `next` is where to go afterwards: a full path with the prefix, not checked yet
  /// (`Links.route(at:)` does).
  case signIn(next: String? = nil, note: SignInNote? = nil)
  case signOut
  /// Asks for a link that sets a new password.
  case forgotten
  /// Sets a password by a one-time link, whose token this is.
  case welcome(String)
  case account(AccountRoute)

  case apps(AppFilter = AppFilter())
  case app(AppID)
  case connectApp(AppID)
  /// Where a provider sends the browser back to; `code` and `state` are read by its action.
  case callback(AppID)
  case revokePermission(AppID, scope: String? = nil)
  case disconnectApp(AppID)
  case credentials(AppID)
  case checkApp(AppID)
  /// Which of the provider's sites to work with; with the authorization that asks.
  case appSite(AppID, attempt: ConnectRequest.ID? = nil)
  case connect(ConnectRequest.ID, ConnectStep = .result)

  case admin(AdminRoute)

  /// One's own part of the audit log.
  case activity(AuditFilter = AuditFilter())

  /// The list; a new one is posted here.
  case webhooks
  /// Some of them.
  case webhookList(WebhookListFilter)
  case newWebhook
  case webhook(Webhook.ID, DeliveryFilter = DeliveryFilter())
  case editWebhook(Webhook.ID)
  case webhookActive(Webhook.ID)
  case webhookEvents(Webhook.ID)
  case deleteWebhook(Webhook.ID)
  case webhookSecret(Webhook.ID)
  case rotateSecret(Webhook.ID)
  case endOverlap(Webhook.ID)
  /// What is typed into the form of a webhook is looked at, and nothing saved.
  case checkAddress
  case delivery(Delivery.ID, of: Webhook.ID, attempt: Int? = nil)
  case retryDelivery(Delivery.ID, of: Webhook.ID)
  /// The log as a file: what the filter leaves, without pages.
  case deliveryFile(Webhook.ID, DeliveryFilter, DeliveryFile.Format)
  /// How many more there are than a page shows, as a number alone.
  case newerDeliveries(Webhook.ID, DeliveryFilter)
  case test(Webhook.ID, event: String? = nil)
  case testResult(Delivery.ID, of: Webhook.ID)
  /// Asks about many and begins a job.
  case retryMany(Webhook.ID, RetryChoice)
  case retryJob(RetryJob.ID, of: Webhook.ID)
  case stopRetryJob(RetryJob.ID, of: Webhook.ID)
  /// With a delivery, its last attempt is filled in.
  case checkSignature(Delivery.ID? = nil)

  /// The list, with the one that was just revoked named above it; a new one is posted here.
  case apiKeys(KeyListChoice = KeyListChoice())
  case newAPIKey
  /// Shown once.
  case apiKey(UUID)
  case revokeAPIKey(UUID)

  /// What somebody should know; what is over is hidden by a post.
  case attention

  case events
  case event(String)

  case healthz
  /// For monitoring, by a service key.
  case metrics
  /// What follows `/api/v1/`, still percent-encoded.
  case api(String)

  /// What is asked of an authorization under way.
  package enum ConnectStep: String, Sendable {
    case result, go, status, choose
  }

  /// Why the sign-in page is shown.
  package enum SignInNote: String, Sendable {
    case signedOut = "signed-out"
    case expired
    case passwordSet = "password-set"
    case resetAsked = "reset-asked"
  }
}

extension Route {
  /// - Parameters:
  ///   - path: Below the prefix, as it was sent, percent-encoded: `/webhooks/new`. The prefix alone
  ///     is `` or `/`.
  ///
  /// Nil is "not found": an address we never print, an escape that is broken, a doubled slash.
  package init?(path: String, query: Query = Query()) {
    if path.hasPrefix(Self.apiPrefix) {
      self = .api(String(path.dropFirst(Self.apiPrefix.count)))
      return
    }
    guard let segments = Self.segments(of: path),
      let route = Self.read(segments, query)
    else { return nil }
    self = route
  }

  private static let apiPrefix = "/api/v1/"

  private static func read(_ segments: [String], _ query: Query) -> Route? {
    var rest = segments[...]
    let first = rest.popFirst()
    switch (first, rest.isEmpty) {
    case (nil, _): return .root
    case ("sign-in", true):
      return .signIn(next: query["next"], note: query["note"].flatMap(SignInNote.init(rawValue:)))
    case ("sign-in", false): return rest == ["reset"] ? .forgotten : nil
    case ("sign-out", true): return .signOut
    case ("welcome", false): return rest.count == 1 ? .welcome(rest.removeFirst()) : nil
    case ("account", false) where rest == ["activity"]:
      return .activity(AuditFilter(query).onlyPlace)
    case ("account", _): return AccountRoute(rest).map { .account($0) }
    case ("events", true): return .events
    case ("events", false): return rest.count == 1 ? .event(rest.removeFirst()) : nil
    case ("check-signature", true):
      return .checkSignature(query["delivery"].flatMap { Delivery.ID($0) })
    case ("attention", true): return .attention
    case ("api-keys", true): return .apiKeys(KeyListChoice(query))
    case ("api-keys", false): return apiKey(rest)
    case ("healthz", true): return .healthz
    case ("metrics", true): return .metrics
    case ("apps", true): return .apps(AppFilter(query))
    case ("apps", false): return app(rest, query)
    case ("connect", false): return connect(rest)
    case ("admin", _): return AdminRoute(rest, query).map { .admin($0) }
    case ("webhooks", true):
      let filter = WebhookListFilter(query)
      return filter.narrows ? .webhookList(filter) : .webhooks
    case ("webhooks", false): return webhook(rest, query)
    default: return nil
    }
  }

  private static func app(_ segments: ArraySlice<String>, _ query: Query) -> Route? {
    guard let id = segments.first.flatMap(AppID.init(rawValue:)) else { return nil }
    switch segments.dropFirst().joined(separator: "/") {
    case "": return segments.count == 1 ? .app(id) : nil
    case "connect": return .connectApp(id)
    case "callback": return .callback(id)
    case "permissions/revoke": return .revokePermission(id, scope: query["scope"])
    case "disconnect": return .disconnectApp(id)
    case "credentials": return .credentials(id)
    case "check": return .checkApp(id)
    case "site": return .appSite(id, attempt: query["attempt"].flatMap { .init($0) })
    default: return nil
    }
  }

  private static func connect(_ segments: ArraySlice<String>) -> Route? {
    guard let id = segments.first.flatMap({ ConnectRequest.ID($0) }), segments.count <= 2 else {
      return nil
    }
    guard segments.count == 2 else { return .connect(id) }
    switch segments.last.flatMap({ ConnectStep(rawValue: $0) }) {
    case .result, nil: return nil
    case let step?: return .connect(id, step)
    }
  }

  private static func webhook(_ segments: ArraySlice<String>, _ query: Query) -> Route? {
    var rest = segments
    let first = rest.removeFirst()
    if first == "new" { return rest.isEmpty ? .newWebhook : nil }
    if first == "check-address" { return rest.isEmpty ? .checkAddress : nil }
    guard let id = Webhook.ID(first) else { return nil }
    switch (rest.popFirst(), rest.count) {
    case (nil, _): return .webhook(id, DeliveryFilter(query))
    case ("edit", 0): return .editWebhook(id)
    case ("active", 0): return .webhookActive(id)
    case ("events", 0): return .webhookEvents(id)
    case ("delete", 0): return .deleteWebhook(id)
    case ("secret", 0): return .webhookSecret(id)
    case ("secret", 1): return secret(of: id, rest.removeFirst())
    case ("deliveries", 1):
      let name = rest.removeFirst()
      if name == "newer" { return .newerDeliveries(id, DeliveryFilter(query)) }
      guard let delivery = Delivery.ID(name) else { return nil }
      return .delivery(delivery, of: id, attempt: query["attempt"].flatMap { Int($0) })
    case ("test", 0): return .test(id, event: query["event"])
    case (let name?, 0):
      if let format = DeliveryFile.Format(fileName: name) {
        return .deliveryFile(id, DeliveryFilter(query), format)
      }
      return RetryChoice(name, query).map { .retryMany(id, $0) }
    case (let name?, _): return sending(name, rest, of: id)
    }
  }

  private static func sending(_ name: String, _ rest: ArraySlice<String>, of webhook: Webhook.ID)
    -> Route?
  {
    let parts = Array(rest)
    switch (name, parts.count, parts.last) {
    case ("deliveries", 2, "retry"):
      return Delivery.ID(parts[0]).map { .retryDelivery($0, of: webhook) }
    case ("test", 1, _): return Delivery.ID(parts[0]).map { .testResult($0, of: webhook) }
    case ("retry-jobs", 1, _): return RetryJob.ID(parts[0]).map { .retryJob($0, of: webhook) }
    case ("retry-jobs", 2, "stop"):
      return RetryJob.ID(parts[0]).map { .stopRetryJob($0, of: webhook) }
    default: return nil
    }
  }

  private static func secret(of id: Webhook.ID, _ verb: String) -> Route? {
    switch verb {
    case "rotate": .rotateSecret(id)
    case "end-overlap": .endOverlap(id)
    default: nil
    }
  }

  private static func apiKey(_ segments: ArraySlice<String>) -> Route? {
    var rest = segments
    let first = rest.removeFirst()
    if first == "new" { return rest.isEmpty ? .newAPIKey : nil }
    guard let id = UUID(first) else { return nil }
    switch (rest.popFirst(), rest.count) {
    case (nil, _): return .apiKey(id)
    case ("revoke", 0): return .revokeAPIKey(id)
    default: return nil
    }
  }

  /// The parts between slashes, decoded. Nil when one is empty, or hides a slash or a control.
  private static func segments(of path: String) -> [String]? {
    if path.isEmpty || path == "/" { return [] }
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    guard parts.first?.isEmpty == true else { return nil }
    var segments: [String] = []
    for part in parts.dropFirst() {
      guard let segment = PercentEncoding.decode(part), !segment.isEmpty,
        segment.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") })
      else { return nil }
      segments.append(segment)
    }
    return segments
  }
}

extension Route {
  /// Whose address it is, of those below a webhook's own.
  package var webhookID: Webhook.ID? {
    switch self {
    case .webhook(let id, _), .editWebhook(let id), .webhookActive(let id), .webhookEvents(let id),
      .deleteWebhook(let id), .webhookSecret(let id), .rotateSecret(let id), .endOverlap(let id),
      .delivery(_, of: let id, attempt: _), .retryDelivery(_, of: let id),
      .deliveryFile(let id, _, _), .newerDeliveries(let id, _), .test(let id, event: _),
      .testResult(_, of: let id), .retryMany(let id, _), .retryJob(_, of: let id),
      .stopRetryJob(_, of: let id):
      id
    default: nil
    }
  }

  /// Path and query below the prefix: `/webhooks/new`; the root is `/`.
  package var path: String {
    switch self {
    case .root: return "/"
    case .signIn(let next, let note):
      var query = Query()
      query.append("next", next)
      query.append("note", note?.rawValue)
      return "/sign-in" + query.text
    case .signOut: return "/sign-out"
    case .forgotten: return "/sign-in/reset"
    case .welcome(let token): return "/welcome/" + PercentEncoding.encode(token)
    case .account(let route): return route.path
    case .apps(let filter): return "/apps" + filter.query.text
    case .app(let id): return "/apps/\(id)"
    case .connectApp(let id): return "/apps/\(id)/connect"
    case .callback(let id): return id.callbackPath
    case .revokePermission(let id, let scope):
      var query = Query()
      query.append("scope", scope)
      return "/apps/\(id)/permissions/revoke" + query.text
    case .disconnectApp(let id): return "/apps/\(id)/disconnect"
    case .credentials(let id): return "/apps/\(id)/credentials"
    case .checkApp(let id): return "/apps/\(id)/check"
    case .appSite(let id, let attempt):
      var query = Query()
      query.append("attempt", attempt?.description)
      return "/apps/\(id)/site" + query.text
    case .connect(let id, let step):
      return "/connect/\(id)" + (step == .result ? "" : "/\(step.rawValue)")
    case .admin(let route): return "/admin" + route.path
    case .activity(let filter): return "/account/activity" + filter.onlyPlace.query.text
    case .webhooks: return "/webhooks"
    case .webhookList(let filter): return "/webhooks" + filter.query.text
    case .newWebhook: return "/webhooks/new"
    case .webhook(let id, let filter): return "/webhooks/\(id)" + filter.query.text
    case .editWebhook(let id): return "/webhooks/\(id)/edit"
    case .webhookActive(let id): return "/webhooks/\(id)/active"
    case .webhookEvents(let id): return "/webhooks/\(id)/events"
    case .deleteWebhook(let id): return "/webhooks/\(id)/delete"
    case .webhookSecret(let id): return "/webhooks/\(id)/secret"
    case .rotateSecret(let id): return "/webhooks/\(id)/secret/rotate"
    case .endOverlap(let id): return "/webhooks/\(id)/secret/end-overlap"
    case .checkAddress: return "/webhooks/check-address"
    case .delivery(let delivery, let webhook, let attempt):
      var query = Query()
      query.append("attempt", attempt.map(String.init))
      return "/webhooks/\(webhook)/deliveries/\(delivery)" + query.text
    case .retryDelivery(let delivery, let webhook):
      return "/webhooks/\(webhook)/deliveries/\(delivery)/retry"
    case .deliveryFile(let id, let filter, let format):
      return "/webhooks/\(id)/\(format.fileName)" + filter.query.text
    case .newerDeliveries(let id, let filter):
      return "/webhooks/\(id)/deliveries/newer" + filter.query.text
    case .test(let id, let event):
      var query = Query()
      query.append("event", event)
      return "/webhooks/\(id)/test" + query.text
    case .testResult(let delivery, let webhook): return "/webhooks/\(webhook)/test/\(delivery)"
    case .retryMany(let id, let choice):
      return "/webhooks/\(id)/\(choice.name)" + choice.query.text
    case .retryJob(let job, let webhook): return "/webhooks/\(webhook)/retry-jobs/\(job)"
    case .stopRetryJob(let job, let webhook):
      return "/webhooks/\(webhook)/retry-jobs/\(job)/stop"
    case .checkSignature(let delivery):
      var query = Query()
      query.append("delivery", delivery?.description)
      return "/check-signature" + query.text
    case .attention: return "/attention"
    case .apiKeys(let choice): return "/api-keys" + choice.query.text
    case .newAPIKey: return "/api-keys/new"
    case .apiKey(let id): return "/api-keys/\(id)"
    case .revokeAPIKey(let id): return "/api-keys/\(id)/revoke"
    case .events: return "/events"
    case .event(let type): return "/events/" + PercentEncoding.encode(type)
    case .healthz: return "/healthz"
    case .metrics: return "/metrics"
    case .api(let rest): return Self.apiPrefix + rest
    }
  }
}
