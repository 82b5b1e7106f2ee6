import Domain

extension APIScope {
  /// On its box, and in lists.
  var label: String {
    switch self {
    case .eventsWrite: "Send events"
    case .webhooksRead: "Read webhooks"
    case .webhooksWrite: "Change webhooks"
    case .deliveriesRead: "Read deliveries"
    case .deliveriesWrite: "Retry deliveries"
    case .connectionsRead: "Read connected apps"
    case .connectionsWrite: "Disconnect apps"
    case .connectionsToken: "Use connected apps"
    case .metrics: "Read metrics"
    }
  }

  var meaning: String {
    switch self {
    case .eventsWrite: "Say that something happened, so that it goes to your webhooks."
    case .webhooksRead: "See them, their addresses and how they are doing. Never a secret."
    case .webhooksWrite: "Add, edit, pause and delete them, and make new secrets."
    case .deliveriesRead: "See what was sent and what was answered, payloads included."
    case .deliveriesWrite: "Send a test, send again, send what was missed."
    case .connectionsRead: "See which apps are connected, and as whom."
    case .connectionsWrite: "Take our access to them away."
    case .connectionsToken: "Get access tokens and act on those apps as you."
    case .metrics: "Numbers of the whole site."
    }
  }

  /// The same of a service key, which acts for everybody.
  var meaningForSite: String {
    switch self {
    case .eventsWrite: "Say that something happened to a user, so that it goes to their webhooks."
    case .webhooksRead: "See every user’s webhooks and their addresses. Never a secret."
    case .webhooksWrite: "Add, edit, pause and delete every user’s, and make new secrets."
    case .deliveriesRead: "See what was sent for every user, payloads included."
    case .deliveriesWrite: "Send a test, send again, send what was missed, for every user."
    case .connectionsRead: "See which apps every user connected, and as whom."
    case .connectionsWrite: "Take our access to them away."
    case .connectionsToken: "Get access tokens and act on those apps as any user."
    case .metrics: "Numbers of the whole site, for Prometheus."
    }
  }
}

extension [APIScope] {
  /// `Send events, read webhooks`
  var sentence: String {
    let words = map(\.label)
    guard let first = words.first else { return "Nothing" }
    return ([first] + words.dropFirst().map { $0.prefix(1).lowercased() + $0.dropFirst() })
      .joined(separator: ", ")
  }
}

/// What lists and confirmations say of a key.
struct APIKeyFactsWords {
  /// A key that ends sooner is told about.
  static let warningDays: Int64 = 14

  let lastUsedAt: Timestamp?
  let expiresAt: Timestamp?
  let now: Timestamp

  var lastUsed: HTML {
    lastUsedAt.map { TimeText(moment: $0, form: .minute, now: now, hasAge: true).html } ?? "Never"
  }

  var endsSoon: Bool {
    expiresAt.map { $0 < now.advanced(bySeconds: Self.warningDays * 86_400) } ?? false
  }

  var expires: HTML {
    guard let expiresAt else { return "Never" }
    let time = TimeText(moment: expiresAt, form: .minute, now: now).html
    return endsSoon
      ? "<span class=\"tag warn\">\(Icon.warning)Ends soon</span><span class=\"sub\">\(time)</span>"
      : time
  }
}
