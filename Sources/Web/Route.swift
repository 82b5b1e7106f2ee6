package import Domain

/// Every address there is, below the prefix: read from a request and printed into pages here alone.
package enum Route: Equatable, Sendable {
  /// Leads on to the first page of the area.
  case root
  /// `next` is where to go afterwards: a full path with the prefix, not checked yet
  /// (`Links.route(at:)` does).
  case signIn(next: String? = nil, note: SignInNote? = nil)
  case signOut

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
    case ("webhooks", true): return .webhooks
    case ("webhooks", false): return webhook(rest, query)
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
