package import Domain

/// Every address there is, below the prefix: read from a request and printed into pages here alone.
package enum Route: Equatable, Sendable {
  /// Leads on to the first page of the area.
  case root
  /// `next` is where to go afterwards: a full path with the prefix, not checked yet
  /// (`Links.route(at:)` does).
  case signIn(next: String? = nil, note: SignInNote? = nil)
  case signOut

  case apps(AppFilter = AppFilter())
  case app(AppID)
  case connectApp(AppID)
  /// Where a provider sends the browser back to; `code` and `state` are read by its action.
  case callback(AppID)
  case revokePermission(AppID, scope: String? = nil)
  case disconnectApp(AppID)
  case credentials(AppID)
  case connect(ConnectRequest.ID, ConnectStep = .result)

  case adminApps
  case newApp
  case adminApp(AppID)
  case tryApp(AppID)

  /// The list; a new one is posted here.
  case webhooks
  case newWebhook
  case webhook(Webhook.ID, DeliveryFilter = DeliveryFilter())
  case deleteWebhook(Webhook.ID)
  case webhookSecret(Webhook.ID)
  case delivery(Delivery.ID, of: Webhook.ID, attempt: Int? = nil)

  case events
  case event(String)

  case healthz
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
    case ("sign-out", true): return .signOut
    case ("events", true): return .events
    case ("events", false): return rest.count == 1 ? .event(rest.removeFirst()) : nil
    case ("healthz", true): return .healthz
    case ("apps", true): return .apps(AppFilter(query))
    case ("apps", false): return app(rest, query)
    case ("connect", false): return connect(rest)
    case ("admin", false) where rest.first == "apps": return adminApp(rest.dropFirst())
    case ("webhooks", true): return .webhooks
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

  private static func adminApp(_ segments: ArraySlice<String>) -> Route? {
    guard let first = segments.first else { return .adminApps }
    if segments.count == 1, first == "new" { return .newApp }
    guard let id = AppID(rawValue: first) else { return nil }
    switch segments.dropFirst().joined(separator: "/") {
    case "": return segments.count == 1 ? .adminApp(id) : nil
    case "test": return .tryApp(id)
    default: return nil
    }
  }

  private static func webhook(_ segments: ArraySlice<String>, _ query: Query) -> Route? {
    var rest = segments
    let first = rest.removeFirst()
    if first == "new" { return rest.isEmpty ? .newWebhook : nil }
    guard let id = Webhook.ID(first) else { return nil }
    switch (rest.popFirst(), rest.count) {
    case (nil, _): return .webhook(id, DeliveryFilter(query))
    case ("delete", 0): return .deleteWebhook(id)
    case ("secret", 0): return .webhookSecret(id)
    case ("deliveries", 1):
      guard let delivery = Delivery.ID(rest.removeFirst()) else { return nil }
      return .delivery(delivery, of: id, attempt: query["attempt"].flatMap { Int($0) })
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
    case .connect(let id, let step):
      return "/connect/\(id)" + (step == .result ? "" : "/\(step.rawValue)")
    case .adminApps: return "/admin/apps"
    case .newApp: return "/admin/apps/new"
    case .adminApp(let id): return "/admin/apps/\(id)"
    case .tryApp(let id): return "/admin/apps/\(id)/test"
    case .webhooks: return "/webhooks"
    case .newWebhook: return "/webhooks/new"
    case .webhook(let id, let filter): return "/webhooks/\(id)" + filter.query.text
    case .deleteWebhook(let id): return "/webhooks/\(id)/delete"
    case .webhookSecret(let id): return "/webhooks/\(id)/secret"
    case .delivery(let delivery, let webhook, let attempt):
      var query = Query()
      query.append("attempt", attempt.map(String.init))
      return "/webhooks/\(webhook)/deliveries/\(delivery)" + query.text
    case .events: return "/events"
    case .event(let type): return "/events/" + PercentEncoding.encode(type)
    case .healthz: return "/healthz"
    case .api(let rest): return Self.apiPrefix + rest
    }
  }
}
