/// A webhook about to be made; every field has been checked.
package struct WebhookDraft: Sendable {
  package var name: String
  package var endpointURL: String
  package var events: EventSelection
  package var startsPaused: Bool
  package var secret: Secret
  package var headers: [Attempt.Header]
  package var maxInFlight: Int?
  package var maxPerSecond: Int?
  package var isOrdered: Bool

  package init(
    name: String, endpointURL: String, events: EventSelection, startsPaused: Bool, secret: Secret,
    headers: [Attempt.Header] = [],
    maxInFlight: Int? = nil, maxPerSecond: Int? = nil, isOrdered: Bool = false
  ) {
    self.name = name
    self.endpointURL = endpointURL
    self.events = events
    self.startsPaused = startsPaused
    self.secret = secret
    self.headers = headers
    self.maxInFlight = maxInFlight
    self.maxPerSecond = maxPerSecond
    self.isOrdered = isOrdered
  }
}

/// What a change of a webhook sets; nil leaves a field as it is.
package struct WebhookChange: Sendable {
  package var name: String?
  package var endpointURL: String?
  package var events: EventSelection?
  /// Resumes from any pause, or pauses in the user's name.
  package var isActive: Bool?
  /// Header by header: a nil value removes it.
  package var headers: [(name: String, value: String?)]?
  package var maxInFlight: Int??
  package var maxPerSecond: Int??
  package var isOrdered: Bool?

  package init() {}

  /// Whether nothing of a webhook changes by it. A header's value counts as another one: what it was
  /// is not known here.
  package func leaves(_ webhook: Webhook) -> Bool {
    (name ?? webhook.name) == webhook.name
      && (endpointURL ?? webhook.endpointURL) == webhook.endpointURL
      && (events ?? webhook.events) == webhook.events
      && (isActive ?? webhook.status.isActive) == webhook.status.isActive
      && (maxInFlight ?? webhook.maxInFlight) == webhook.maxInFlight
      && (maxPerSecond ?? webhook.maxPerSecond) == webhook.maxPerSecond
      && (isOrdered ?? webhook.isOrdered) == webhook.isOrdered
      && (headers ?? []).allSatisfy { header in
        header.value == nil
          && !webhook.headerNames.contains { $0.lowercased() == header.name.lowercased() }
      }
  }
}
