package import Domain
import MariaDB

/// Which deliveries of all users are looked for.
package struct DeliverySearch: Sendable, Equatable {
  package enum WebhookMatch: Sendable, Equatable {
    case id(Webhook.ID)
    /// The whole name, as it is written.
    case name(String)
  }

  package var filter: LogFilter
  package var user: User.ID?
  package var webhook: WebhookMatch?
  /// Of the endpoint, in lower case.
  package var host: String?

  package init(
    filter: LogFilter, user: User.ID? = nil, webhook: WebhookMatch? = nil, host: String? = nil
  ) {
    self.filter = filter
    self.user = user
    self.webhook = webhook
    self.host = host
  }

  fileprivate var namesWebhooks: Bool { user != nil || webhook != nil || host != nil }
}

/// What a list says of a delivery's webhook.
package struct WebhookOwner: Sendable {
  package let name: String
  package let host: String
  package let isDeleted: Bool
  package let userID: User.ID
  /// nil once deleted.
  package let email: String?

  package init(name: String, host: String, isDeleted: Bool, userID: User.ID, email: String?) {
    self.name = name
    self.host = host
    self.isDeleted = isDeleted
    self.userID = userID
    self.email = email
  }
}

/// The log over all webhooks; for administrators alone.
///
/// A few webhooks are read by their own logs. Otherwise the way is the primary key, which is in the
/// order of time: a range of time is a range of ids, so no index is needed for it.
package struct DeliverySearchStore {
  let database: Database
  let deliveries: DeliveryStore

  /// Of so many webhooks the logs are read one by one.
  static let webhookLimit = 32

  /// - Parameter reading: Rows at most, where no index serves the filter.
  package func page(
    _ search: DeliverySearch, from place: LogPlace, limit: Int,
    reading readLimit: Int = LogFilter.readLimit
  ) throws -> DeliveryPage {
    if search.filter.eventID == nil, search.namesWebhooks {
      let webhooks = try self.webhooks(search)
      if webhooks.count <= Self.webhookLimit {
        return try page(
          of: webhooks, search.filter, from: place, limit: limit,
          reading: readLimit / max(1, webhooks.count))
      }
    }
    return try pageByID(search, from: place, limit: limit, reading: readLimit)
  }

  /// - Throws: `StoreError.notFound`.
  package func find(_ id: Delivery.ID) throws -> (delivery: Delivery, owner: User.ID) {
    guard let owner = try deliveries.owner(of: id) else { throw StoreError.notFound }
    return (try deliveries.find(id, of: owner), owner)
  }

  package func owners(of webhooks: [Webhook.ID]) throws -> [Webhook.ID: WebhookOwner] {
    guard !webhooks.isEmpty else { return [:] }
    let rows = try database.query(
      """
      SELECT w.id, w.name, w.endpoint_host, w.deleted_at IS NOT NULL, w.user_id, u.email
        FROM webhooks AS w LEFT JOIN users AS u ON u.id = w.user_id
       WHERE w.id IN (\(list: Set(webhooks).sorted().padded))
      """
    ) { row in
      (
        try row.id(Webhook.self),
        WebhookOwner(
          name: try row.text(), host: try row.text(), isDeleted: try row.bool(),
          userID: try row.id(), email: try row.optionalText())
      )
    }
    return Dictionary(rows, uniquingKeysWith: { first, _ in first })
  }

  private func webhooks(_ search: DeliverySearch) throws -> [(id: Webhook.ID, user: User.ID)] {
    try database.query(
      """
      SELECT w.id, w.user_id FROM webhooks AS w WHERE \(search.condition)
       LIMIT \(Self.webhookLimit + 1)
      """
    ) { row in (id: try row.id(), user: try row.id()) }
  }

  /// The logs of a few webhooks as one. Beyond the nearest place where one of them ended its page, or
  /// gave up its search, something may be missing: so far the page goes.
  private func page(
    of webhooks: [(id: Webhook.ID, user: User.ID)], _ filter: LogFilter, from place: LogPlace,
    limit: Int, reading readLimit: Int
  ) throws -> DeliveryPage {
    let isBackwards = if case .before = place { true } else { false }
    func isNearer(_ one: Cursor, _ other: Cursor) -> Bool {
      let isOlder = one.time == other.time ? one.id < other.id : one.time < other.time
      return isBackwards ? isOlder : one != other && !isOlder
    }
    var found: [Delivery] = []
    var end: (place: Cursor, isSearch: Bool)?
    for webhook in webhooks {
      let page = try deliveries.page(
        of: webhook.id, user: webhook.user, filter: filter, from: place, limit: limit,
        reading: readLimit)
      found += page.deliveries
      guard let onwards = isBackwards ? page.newer : page.older else { continue }
      if end.map({ isNearer(onwards, $0.place) }) ?? true {
        end = (onwards, page.searchedTo != nil)
      }
    }
    let near = found.map { (key: Cursor(after: $0), delivery: $0) }
      .filter { row in end.map { !isNearer($0.place, row.key) } ?? true }
      .sorted { isNearer($0.key, $1.key) }
    let shown = near.prefix(limit)
    let isFull = near.count > limit
    let onwards = isFull ? shown.last?.key : end?.place
    let list = isBackwards ? shown.reversed().map(\.delivery) : shown.map(\.delivery)
    let back = place == .newest ? nil : shown.first?.key
    return DeliveryPage(
      deliveries: list, newer: isBackwards ? onwards : back, older: isBackwards ? back : onwards,
      searchedTo: !isFull && end?.isSearch == true ? end?.place.time : nil)
  }

  private func pageByID(
    _ search: DeliverySearch, from place: LogPlace, limit: Int, reading readLimit: Int
  ) throws -> DeliveryPage {
    let isBackwards = if case .before = place { true } else { false }
    let filter = search.filter
    let order: SQL = isBackwards ? "ORDER BY d.id" : "ORDER BY d.id DESC"
    let index: SQL = filter.eventID == nil ? "FORCE INDEX (PRIMARY)" : "FORCE INDEX (by_event)"
    let range = filter.eventID == nil ? Self.range(filter, place) : Self.range(LogFilter(), place)
    let end =
      filter.needsSearch || (filter.eventID == nil && search.namesWebhooks)
      ? try lastRead(range, order, readLimit) : nil
    let owned: SQL =
      search.namesWebhooks ? "AND \(try database.isOfWebhook(where: search.condition))" : ""
    let found = try database.query(
      """
      SELECT \(Delivery.columns) FROM webhook_deliveries AS d \(index)
       WHERE \(range) \(Self.upTo(end, isBackwards: isBackwards)) AND \(filter.condition) \(owned)
       \(order) LIMIT \(limit + 1)
      """, Delivery.init(row:))
    let shown = Array(found.prefix(limit))
    let last = found.count > limit ? shown.last.map(Cursor.init(after:)) : nil
    let searched = last == nil ? end : nil
    let onwards = last ?? searched
    let back = place == .newest ? nil : shown.first.map(Cursor.init(after:))
    return DeliveryPage(
      deliveries: isBackwards ? shown.reversed() : shown, newer: isBackwards ? onwards : back,
      older: isBackwards ? back : onwards, searchedTo: searched?.time)
  }

  private func lastRead(_ range: SQL, _ order: SQL, _ readLimit: Int) throws -> Cursor? {
    let lastAndNext = try database.query(
      """
      SELECT d.created_at, d.id FROM webhook_deliveries AS d FORCE INDEX (PRIMARY)
       WHERE \(range) \(order) LIMIT 2 OFFSET \(readLimit - 1)
      """
    ) { row in Cursor(time: try row.timestamp(), id: try row.uuid()) }
    return lastAndNext.count == 2 ? lastAndNext[0] : nil
  }

  /// A range of ids: the first of a moment has no bit of its random part. An id is made just before
  /// its row, so a moment of created_at is met to within a second.
  private static func range(_ filter: LogFilter, _ place: LogPlace) -> SQL {
    var sql: SQL = "TRUE"
    if let from = filter.from { sql += " AND d.id >= \(UUID.version7(at: from, random: 0))" }
    if let to = filter.to { sql += " AND d.id < \(UUID.version7(at: to, random: 0))" }
    switch place {
    case .newest: break
    case .after(let key): sql += " AND d.id < \(key.id)"
    case .before(let key): sql += " AND d.id > \(key.id)"
    }
    return sql
  }

  private static func upTo(_ end: Cursor?, isBackwards: Bool) -> SQL {
    guard let end else { return "" }
    return isBackwards ? "AND d.id <= \(end.id)" : "AND d.id >= \(end.id)"
  }
}

extension DeliverySearch {
  /// On `webhooks AS w`.
  fileprivate var condition: SQL {
    var sql: SQL = "TRUE"
    if let user { sql += " AND w.user_id = \(user)" }
    switch webhook {
    case .id(let id): sql += " AND w.id = \(id)"
    case .name(let name): sql += " AND w.name = \(name)"
    case nil: break
    }
    if let host { sql += " AND w.endpoint_host = \(host)" }
    return sql
  }
}
