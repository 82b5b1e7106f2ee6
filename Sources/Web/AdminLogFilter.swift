package import Domain

/// What the address of the log over all webhooks asks for.
package struct AdminLogFilter: Equatable, Sendable {
  /// Status, event, class of the answer, time and place, as in a webhook's own log.
  package var log: DeliveryFilter
  /// The id of a delivery or an event, as it was typed.
  package var id: String?
  /// The id of a webhook, or its whole name.
  package var webhook: String?
  package var host: String?
  /// The id of a user, or the e-mail address.
  package var user: String?
  /// The very number of the answer, as it was typed.
  package var code: String?

  package init(
    log: DeliveryFilter = DeliveryFilter(), id: String? = nil, webhook: String? = nil,
    host: String? = nil, user: String? = nil, code: String? = nil
  ) {
    self.log = log
    self.id = id
    self.webhook = webhook
    self.host = host
    self.user = user
    self.code = code
  }

  /// Empty values count as not given, as an untouched form sends them.
  package init(_ query: Query) {
    func given(_ name: String) -> String? {
      query.all(name).lazy.map(\.trimmingSpaces).first { !$0.isEmpty }
    }
    var others = Query()
    for field in query.fields where field.name != "id" && field.name != "span" {
      others.append(field.name, field.value)
    }
    self.init(
      log: DeliveryFilter(others), id: given("id"), webhook: given("webhook"),
      host: given("host")?.lowercased(), user: given("user"), code: given("code"))
  }

  package var query: Query {
    var query = Query()
    query.append("id", id)
    query.append("webhook", webhook)
    query.append("host", host)
    query.append("user", user)
    query.append("code", code)
    for field in log.query.fields { query.append(field.name, field.value) }
    return query
  }

  /// From when on deliveries are shown. Nothing is searched without a time: the last hour where none
  /// was asked for.
  package func start(now: Timestamp) -> Timestamp? {
    if log.from == nil, log.to == nil, log.span == nil {
      return now.advanced(bySeconds: -DeliveryFilter.Span.hour.seconds)
    }
    return log.start(now: now)
  }

  package var narrows: Bool { !at(nil).query.fields.isEmpty }

  /// The same choice from another place on, or from the newest.
  package func at(_ place: DeliveryFilter.Place?) -> AdminLogFilter {
    var filter = self
    filter.log.place = place
    return filter
  }
}
