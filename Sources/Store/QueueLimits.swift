import Domain
import MariaDB

/// Wishes cut down to what the webhooks' own limits allow all workers together.
struct LimitedWishes {
  /// To be looked for in the queue.
  var wishes: [ClaimWish] = []
  /// Deliveries of ordered webhooks whose turn it is already.
  var heads: [Delivery.ID] = []
  /// Webhooks that may have nothing for so many milliseconds.
  var waits: [Webhook.ID: Int64] = [:]
  /// The rows of `webhook_limits` that this transaction holds.
  var held: [Webhook.ID: WebhookLimit] = [:]
}

/// Where a webhook with limits stands; held locked.
struct WebhookLimit {
  var rate: DeliveryRate?
}

/// So many deliveries a second, evenly: each is counted for a moment of its own, and a claim may run
/// ahead by a quarter of a second. (The generic cell rate algorithm, ATM Forum TM 4.0 section 4.4.2.)
struct DeliveryRate: Equatable {
  let perSecond: Int
  /// The moment of the next one.
  private(set) var next: Timestamp
  private let now: Timestamp
  /// Microseconds.
  private let interval: Int64

  /// - Parameter next: As it was left; nil where nothing was counted yet. It lies at most one interval
  ///   ahead, unless the clock was set back or the rate was raised meanwhile: then no longer is waited.
  init(perSecond: Int, next: Timestamp?, now: Timestamp) {
    self.perSecond = perSecond
    self.now = now
    let ahead = Int64(max(1, perSecond / 4) - 1) * 1_000_000 / Int64(perSecond)
    let earliest = now.advanced(byMicroseconds: -ahead)
    interval = 1_000_000 / Int64(perSecond)
    let latest = now.advanced(byMicroseconds: interval)
    self.next = min(max(next ?? earliest, earliest), latest)
  }

  /// How many may be claimed now.
  var available: Int {
    next > now ? 0 : Int((now.microseconds - next.microseconds) / interval) + 1
  }

  /// Milliseconds until the next one may be claimed.
  var wait: Int64 { max(0, (next.microseconds - now.microseconds + 999) / 1_000) }

  mutating func take(_ count: Int) {
    next = next.advanced(byMicroseconds: Int64(count) * interval)
  }
}

extension QueueStore {
  /// A row for each webhook with limits that has none yet.
  func makeLimits(_ ids: [Webhook.ID]) throws {
    guard !ids.isEmpty else { return }
    let known = try database.query(
      "SELECT webhook_id FROM webhook_limits WHERE webhook_id IN (\(list: ids.padded))"
    ) { row in try row.id(Webhook.self) }
    try database.execute(
      "INSERT IGNORE INTO webhook_limits (webhook_id) VALUES (?)",
      rows: Set(ids).subtracting(known).sorted().map { [$0.boundValue] })
  }

  /// Locks the limits of those that have some. One that another worker is claiming for has to wait:
  /// what that one takes is not counted yet.
  func limited(_ wishes: [ClaimWish]) throws -> LimitedWishes {
    var result = LimitedWishes()
    result.wishes = wishes.filter { !$0.target.isLimited }
    let limited = wishes.filter(\.target.isLimited)
    guard !limited.isEmpty else { return result }
    let ids = limited.map(\.target.webhookID).sorted()
    let rows = try database.query(
      """
      SELECT webhook_id, head_delivery_id, next_at, UTC_TIMESTAMP(6)
        FROM webhook_limits FORCE INDEX (PRIMARY)
       WHERE webhook_id IN (\(list: ids.padded)) ORDER BY webhook_id FOR UPDATE SKIP LOCKED
      """
    ) { row in
      (
        id: try row.id(Webhook.self), head: try row.optionalText().flatMap(Delivery.ID.init),
        next: try row.optionalTimestamp(), now: try row.timestamp()
      )
    }
    let inFlight = try inFlightCounts(of: ids)
    let heads = try liveHeads(rows.compactMap(\.head))
    let wishOf = Dictionary(uniqueKeysWithValues: limited.map { ($0.target.webhookID, $0) })
    for row in rows {
      guard let wish = wishOf[row.id] else { continue }
      let target = wish.target
      let rate = target.maxPerSecond.map {
        DeliveryRate(perSecond: $0, next: row.next, now: row.now)
      }
      result.held[row.id] = WebhookLimit(rate: rate)
      let most = target.isOrdered ? 1 : target.maxInFlight ?? wish.count
      let count = min(
        wish.count, most - (inFlight[row.id] ?? 0), rate?.available ?? wish.count)
      if let rate, rate.available == 0 {
        result.waits[row.id] = rate.wait
      } else if count > 0, target.isOrdered, let head = row.head, let due = heads[head] {
        if due <= row.now {
          result.heads.append(head)
        } else {
          // Not for long: a person may ask for the next attempt at once.
          result.waits[row.id] = min(1_000, (due.microseconds - row.now.microseconds) / 1_000)
        }
      } else if count > 0 {
        result.wishes.append(
          ClaimWish(target: target, count: count, hasLost: wish.hasLost, from: wish.from))
      }
    }
    return result
  }

  /// Writes down what was claimed of the webhooks with limits.
  func count(_ claimed: [LockedDelivery], against limits: inout LimitedWishes) throws {
    let claimedOf = Dictionary(grouping: claimed, by: \.webhookID)
    var rows: [[Value]] = []
    for (id, limit) in limits.held.sorted(by: { $0.key < $1.key }) {
      guard let claimed = claimedOf[id] else { continue }
      var rate = limit.rate
      rate?.take(claimed.count)
      if let rate, rate.available == 0 { limits.waits[id] = rate.wait }
      rows.append([claimed[0].id.boundValue, (rate?.next).boundValue, id.boundValue])
    }
    try database.execute(
      "UPDATE webhook_limits SET head_delivery_id = ?, next_at = ? WHERE webhook_id = ?", rows: rows
    )
  }

  /// Those whose worker died are not counted: they are claimed anew.
  private func inFlightCounts(of ids: [Webhook.ID]) throws -> [Webhook.ID: Int] {
    let counts = try database.query(
      """
      SELECT live_webhook_id, COUNT(*) FROM webhook_deliveries FORCE INDEX (queue)
       WHERE live_webhook_id IN (\(list: ids.padded)) AND in_flight = TRUE
         AND due_at > UTC_TIMESTAMP(6)
       GROUP BY live_webhook_id
      """
    ) { row in (try row.id(Webhook.self), try row.int()) }
    return Dictionary(uniqueKeysWithValues: counts)
  }

  /// Which of these are still in the queue, and when each is due.
  private func liveHeads(_ ids: [Delivery.ID]) throws -> [Delivery.ID: Timestamp] {
    guard !ids.isEmpty else { return [:] }
    let rows = try database.query(
      """
      SELECT id, due_at FROM webhook_deliveries
       WHERE id IN (\(list: ids.padded)) AND live_webhook_id IS NOT NULL
      """
    ) { row in (try row.id(Delivery.self), try row.timestamp()) }
    return Dictionary(uniqueKeysWithValues: rows)
  }
}
