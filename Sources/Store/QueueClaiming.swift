package import Domain
import MariaDB

extension QueueStore {
  /// The targets of those of the webhooks that may send now. Paused and deleted ones are missing; those
  /// whose secret or header does not open are named.
  package func targets(of ids: [Webhook.ID]) throws -> DeliveryTargets {
    try targets(
      of: ids,
      where: """
        w.status = 'active' AND w.deleted_at IS NULL AND u.status = 'active'
        AND u.deleted_at IS NULL
        """)
  }

  /// Where a test of a webhook goes, paused or not.
  package func testTargets(of id: Webhook.ID) throws -> DeliveryTargets {
    try targets(of: [id], where: "w.deleted_at IS NULL")
  }

  private func targets(of ids: [Webhook.ID], where condition: SQL) throws -> DeliveryTargets {
    var found = DeliveryTargets()
    guard !ids.isEmpty else { return found }
    let list = ids.padded
    let secrets = try database.query(
      """
      SELECT s.webhook_id, s.id, w.user_id, s.secret_sealed, s.public_key IS NOT NULL,
             TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), s.expires_at) DIV 1000
        FROM webhook_secrets AS s JOIN webhooks AS w ON w.id = s.webhook_id
       WHERE s.webhook_id IN (\(list: list))
         AND (s.expires_at IS NULL OR s.expires_at > UTC_TIMESTAMP(6))
       ORDER BY s.webhook_id, s.created_at DESC
      """
    ) { row in
      let webhook = try row.id(Webhook.self)
      let place = SealedPlace.webhookSecret(try row.uuid(), of: try row.id())
      let sealed = try row.bytes()
      // During an overlap the two may be of different schemes.
      let scheme: Webhook.SignatureScheme = try row.bool() ? .v1a : .v1
      let endsIn = try row.optionalInt()
      return (
        webhook: webhook,
        secret: Result { try Secret(scheme, bytes: seal.open(sealed, at: place)) },
        endsIn: endsIn.map(Int64.init)
      )
    }
    let headers = try database.query(
      """
      SELECT h.webhook_id, h.id, w.user_id, h.name, h.value_sealed
        FROM webhook_headers AS h JOIN webhooks AS w ON w.id = h.webhook_id
       WHERE h.webhook_id IN (\(list: list)) ORDER BY h.webhook_id, h.name
      """
    ) { row in
      let webhook = try row.id(Webhook.self)
      let place = SealedPlace.webhookHeader(try row.uuid(), of: try row.id())
      let name = try row.text()
      let sealed = try row.bytes()
      return (
        webhook,
        Result {
          Attempt.Header(name, String(decoding: try seal.open(sealed, at: place), as: UTF8.self))
        }
      )
    }
    let secretsOf = Dictionary(grouping: secrets, by: \.webhook)
    let headersOf = Dictionary(grouping: headers, by: \.0)
    _ = try database.query(
      """
      SELECT w.id, w.endpoint_url, w.max_in_flight, w.max_per_second, w.ordered, w.version,
             TIMESTAMPDIFF(MICROSECOND, h.failing_since, UTC_TIMESTAMP(6)) DIV 1000,
             h.key_missing_at IS NOT NULL
        FROM webhooks AS w JOIN users AS u ON u.id = w.user_id
        LEFT JOIN webhook_health AS h ON h.webhook_id = w.id
       WHERE w.id IN (\(list: list)) AND \(condition)
      """
    ) { row in
      let id = try row.id(Webhook.self)
      let url = try row.text()
      let (maxInFlight, maxPerSecond) = (try row.optionalInt(), try row.optionalInt())
      let isOrdered = try row.bool()
      let version = try row.int()
      let failingFor = try row.optionalInt()
      let isNotedKeyless = try row.bool()
      let secrets: [Secret]
      let headers: [Attempt.Header]
      do {
        secrets = try (secretsOf[id] ?? []).map { try $0.secret.get() }
        headers = try (headersOf[id] ?? []).map { try $0.1.get() }
      } catch {
        let errors =
          (secretsOf[id] ?? []).compactMap(\.secret.error)
          + (headersOf[id] ?? []).compactMap(\.1.error)
        if errors.contains(where: { $0 as? SealError == .changedOrMoved }) {
          found.damaged.append(id)
        } else {
          found.keyless[id] = "\(error)"
        }
        return
      }
      guard !secrets.isEmpty else { return found.damaged.append(id) }
      if isNotedKeyless { found.haveKeyAgain.append(id) }
      var target = DeliveryTarget(
        webhookID: id, endpointURL: url, secrets: secrets, headers: headers,
        maxInFlight: maxInFlight, maxPerSecond: maxPerSecond, isOrdered: isOrdered)
      target.version = version
      target.endsIn = secretsOf[id]?.compactMap(\.endsIn).min()
      target.failingFor = failingFor.map(Int64.init)
      found.ready[id] = target
    }
    return found
  }

  /// Claims up to so many due deliveries of each of these webhooks.
  ///
  /// Ids are read plainly, then locked by primary key with the same conditions again: without them
  /// a second worker got the rows of the first. Left to itself, MariaDB would walk over a small queue
  /// as a whole, and so over rows that a host has not committed. A row that is still in flight
  /// belonged to a worker that died: its attempt is put on record as interrupted first.
  ///
  /// A webhook that was changed, paused or deleted since its target was read gets nothing: what was
  /// emitted after the change must not go where it went before.
  package func claim(_ wishes: [ClaimWish], leaseSeconds: Int) throws -> Claim {
    precondition(!wishes.isEmpty, "a claim is for something")
    let targets = Dictionary(uniqueKeysWithValues: wishes.map { ($0.target.webhookID, $0.target) })
    try makeLimits(wishes.map(\.target).filter(\.isLimited).map(\.webhookID))
    var changed: Set<Webhook.ID> = []
    var limits = LimitedWishes()
    let (claimed, deliveries) = try database.transaction {
      limits = try limited(wishes)
      let ids = try limits.heads + dueIDs(limits.wishes)
      // After the ids were read, so that nothing emitted since a change is claimed.
      let unchanged = try unchangedWebhooks(targets)
      changed = Set(targets.keys).subtracting(unchanged)
      guard !ids.isEmpty else { return ([LockedDelivery](), [ClaimedDelivery]()) }
      let locked = try database.query(
        """
        SELECT \(LockedDelivery.columns) FROM webhook_deliveries FORCE INDEX (PRIMARY)
         WHERE id IN (\(list: ids.padded)) AND live_webhook_id IS NOT NULL
           AND due_at <= UTC_TIMESTAMP(6) AND status = 'pending'
         FOR UPDATE SKIP LOCKED
        """, LockedDelivery.init(row:)
      ).filter { unchanged.contains($0.webhookID) }
      let interrupted = try recordInterruptions(
        locked.filter(\.isInFlight), endpoints: targets.mapValues(\.endpointURL),
        leaseSeconds: leaseSeconds, webhook: .active)
      let claimed = locked.filter { !$0.isInFlight } + interrupted.filter { $0.status == .pending }
      if !claimed.isEmpty {
        try database.execute(
          """
          UPDATE webhook_deliveries FORCE INDEX (PRIMARY)
             SET in_flight = TRUE, lease_number = lease_number + 1,
                 due_at = UTC_TIMESTAMP(6) + INTERVAL \(leaseSeconds) SECOND
           WHERE id IN (\(list: claimed.map(\.id).padded))
          """)
        try count(claimed, against: &limits)
      }
      // What was claimed without them would be held until its lease is over.
      return (claimed, try withBodies(claimed))
    }
    return Claim(
      deliveries: deliveries, targets: targets,
      claimedAt: claimed.first?.now ?? currentTime(), changed: changed, waits: limits.waits,
      lastDue: Dictionary(
        claimed.map { ($0.webhookID, $0.dueAt ?? $0.now) }, uniquingKeysWith: max))
  }

  /// Those that still send and are as they were when their targets were read; a plain read.
  private func unchangedWebhooks(_ targets: [Webhook.ID: DeliveryTarget]) throws
    -> Set<Webhook.ID>
  {
    let versions = try database.query(
      """
      SELECT w.id, w.version FROM webhooks AS w JOIN users AS u ON u.id = w.user_id
       WHERE w.id IN (\(list: targets.keys.sorted().padded)) AND w.status = 'active'
         AND w.deleted_at IS NULL AND u.status = 'active' AND u.deleted_at IS NULL
      """
    ) { row in (id: try row.id(Webhook.self), version: try row.int()) }
    return Set(versions.filter { targets[$0.id]?.version == $0.version }.map(\.id))
  }

  /// A plain read, 32 webhooks at a time; nothing is locked.
  private func dueIDs(_ wishes: [ClaimWish]) throws -> [Delivery.ID] {
    var left = Dictionary(uniqueKeysWithValues: wishes.map { ($0.target.webhookID, $0.count) })
    var ids: [Delivery.ID] = []
    var parts = wishes.flatMap(dueIDs(of:))[...]
    while !parts.isEmpty {
      var size = 32
      while size > parts.count { size /= 2 }
      let found = try database.query(
        parts.prefix(size).joined(separator: " UNION ALL ")
      ) { row in (webhook: try row.id(Webhook.self), id: try row.id(Delivery.self)) }
      for row in found where left[row.webhook, default: 0] > 0 {
        left[row.webhook, default: 0] -= 1
        ids.append(row.id)
      }
      parts = parts.dropFirst(size)
    }
    return ids
  }

  /// What lost its worker comes first. Without the hint the lower bound would not be used. A newer
  /// version may have rows here whose status we do not know: they must not take the places of ours.
  private func dueIDs(of wish: ClaimWish) -> [SQL] {
    let from = wish.from ?? Timestamp(microseconds: 0)
    return (wish.hasLost ? [true, false] : [false]).map { isInFlight in
      """
      (SELECT live_webhook_id, id FROM webhook_deliveries FORCE INDEX (queue)
        WHERE live_webhook_id = \(wish.target.webhookID) AND in_flight = \(isInFlight)
          AND due_at BETWEEN \(from) AND UTC_TIMESTAMP(6) AND status = 'pending'
        ORDER BY due_at LIMIT \(wish.count))
      """
    }
  }

  private func withBodies(_ rows: [LockedDelivery]) throws -> [ClaimedDelivery] {
    guard !rows.isEmpty else { return [] }
    let events = Set(rows.map(\.eventID)).sorted()
    let bodies = try database.query(
      "SELECT id, body FROM events WHERE id IN (\(list: events.padded))"
    ) { row in (try row.id(Event.self), try row.optionalBytes()) }
    let bodyOf = Dictionary(bodies, uniquingKeysWith: { first, _ in first })
    return rows.map { row in
      ClaimedDelivery(
        id: row.id, webhookID: row.webhookID, eventID: row.eventID,
        leaseNumber: row.leaseNumber + 1, body: bodyOf[row.eventID] ?? nil)
    }
  }
}

extension Result {
  /// nil where it is a value.
  fileprivate var error: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
