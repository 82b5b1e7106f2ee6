package import Domain
import MariaDB

extension QueueStore {
  /// The targets of those of the webhooks that may send now. Paused and deleted ones are missing, and
  /// those whose secret or header cannot be unsealed: their deliveries wait for the key.
  package func targets(of ids: [Webhook.ID]) throws -> [Webhook.ID: DeliveryTarget] {
    guard !ids.isEmpty else { return [:] }
    let list = ids.padded
    let secrets = try database.query(
      """
      SELECT s.webhook_id, s.id, w.user_id, s.secret_sealed, w.signature
        FROM webhook_secrets AS s JOIN webhooks AS w ON w.id = s.webhook_id
       WHERE s.webhook_id IN (\(list: list))
         AND (s.expires_at IS NULL OR s.expires_at > UTC_TIMESTAMP(6))
       ORDER BY s.webhook_id, s.created_at DESC
      """
    ) { row in
      let webhook = try row.id(Webhook.self)
      let place = SealedPlace.webhookSecret(try row.uuid(), of: try row.id())
      let sealed = try row.bytes()
      let scheme = try row.word(Webhook.SignatureScheme.self)
      return (webhook, Result { try Secret(scheme, bytes: seal.open(sealed, at: place)) })
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
    let secretsOf = Dictionary(grouping: secrets, by: \.0)
    let headersOf = Dictionary(grouping: headers, by: \.0)
    let targets: [DeliveryTarget?] = try database.query(
      """
      SELECT w.id, w.endpoint_url, w.max_in_flight, w.max_per_second, w.ordered, w.version
        FROM webhooks AS w JOIN users AS u ON u.id = w.user_id
       WHERE w.id IN (\(list: list)) AND w.status = 'active' AND w.deleted_at IS NULL
         AND u.status = 'active' AND u.deleted_at IS NULL
      """
    ) { row in
      let id = try row.id(Webhook.self)
      let url = try row.text()
      let (maxInFlight, maxPerSecond) = (try row.optionalInt(), try row.optionalInt())
      let isOrdered = try row.bool()
      let version = try row.int()
      guard let secrets = try? (secretsOf[id] ?? []).map({ try $0.1.get() }), !secrets.isEmpty,
        let headers = try? (headersOf[id] ?? []).map({ try $0.1.get() })
      else { return nil }
      var target = DeliveryTarget(
        webhookID: id, endpointURL: url, secrets: secrets, headers: headers,
        maxInFlight: maxInFlight, maxPerSecond: maxPerSecond, isOrdered: isOrdered)
      target.version = version
      return target
    }
    return Dictionary(
      uniqueKeysWithValues: targets.compactMap { $0 }.map { ($0.webhookID, $0) })
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
  package func claim(_ wishes: [(target: DeliveryTarget, count: Int)], leaseSeconds: Int) throws
    -> Claim
  {
    let targets = Dictionary(uniqueKeysWithValues: wishes.map { ($0.target.webhookID, $0.target) })
    let ids = try dueIDs(wishes)
    guard !ids.isEmpty else {
      return Claim(deliveries: [], targets: targets, claimedAt: currentTime())
    }
    let claimed = try database.transaction {
      let unchanged = try unchangedWebhooks(targets)
      let locked = try database.query(
        """
        SELECT \(LockedDelivery.columns) FROM webhook_deliveries FORCE INDEX (PRIMARY)
         WHERE id IN (\(list: ids.padded)) AND live_webhook_id IS NOT NULL
           AND due_at <= UTC_TIMESTAMP(6)
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
      }
      return claimed
    }
    return Claim(
      deliveries: try withBodies(claimed), targets: targets,
      claimedAt: claimed.first?.now ?? currentTime())
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
  private func dueIDs(_ wishes: [(target: DeliveryTarget, count: Int)]) throws -> [Delivery.ID] {
    var ids: [Delivery.ID] = []
    var rest = wishes[...]
    while !rest.isEmpty {
      var size = 32
      while size > rest.count { size /= 2 }
      let parts: [SQL] = rest.prefix(size).map { wish in
        wish.target.isOrdered
          ? """
          (SELECT MIN(id) AS id FROM webhook_deliveries FORCE INDEX (queue)
            WHERE live_webhook_id = \(wish.target.webhookID))
          """
          : """
          (SELECT id FROM webhook_deliveries FORCE INDEX (queue)
            WHERE live_webhook_id = \(wish.target.webhookID) AND due_at <= UTC_TIMESTAMP(6)
            ORDER BY due_at LIMIT \(wish.count))
          """
      }
      ids += try database.query(parts.joined(separator: " UNION ALL ")) { row in
        try row.optionalText().flatMap { Delivery.ID($0) }
      }.compactMap { $0 }
      rest = rest.dropFirst(size)
    }
    return ids
  }

  /// Event bodies are read after the claim's commit: they are large and never change.
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
        leaseNumber: row.leaseNumber + 1, body: (bodyOf[row.eventID] ?? nil) ?? [])
    }
  }
}
