import Domain
package import Logging
package import Store

/// The thread that claims: as much of what is due as the sender has room for, fairly shared among
/// webhooks.
package struct ClaimLoop {
  /// What the configuration says.
  package struct Limits: Sendable {
    package let concurrency: Int
    package let leaseSeconds: Int
    package let attemptTimeoutMilliseconds: Int
    package let lingerMilliseconds: Int64
    /// Between two probes of an endpoint that has done nothing but fail.
    package let probeRestMilliseconds: Int64

    package init(
      concurrency: Int, leaseSeconds: Int, attemptTimeoutMilliseconds: Int,
      lingerMilliseconds: Int64, probeRestMilliseconds: Int64
    ) {
      self.concurrency = concurrency
      self.leaseSeconds = leaseSeconds
      self.attemptTimeoutMilliseconds = attemptTimeoutMilliseconds
      self.lingerMilliseconds = lingerMilliseconds
      self.probeRestMilliseconds = probeRestMilliseconds
    }
  }

  /// How often an idle worker looks at the queue.
  static let pollMilliseconds: Int64 = 250
  /// Fewer free slots than half of them wait so long for more: a claim for each delivery costs several
  /// times as much.
  static let gatherMilliseconds: Int64 = 8
  /// Webhooks in one claim, those on probation apart: what the others have waits for the next one. Each
  /// has its cost, so that few with much each are better; there are more where so many may not fill the
  /// slots.
  static let webhooksPerClaim = 32
  /// This part of the slots is for webhooks that have nothing in flight and whose endpoints answered
  /// last. Endpoints that answer come by all the others, and may hang or be slow from then on.
  static let reservedPart = 16
  /// How long a webhook is left alone whose deliveries could not be claimed.
  static let refusedMilliseconds: Int64 = 10_000

  private let queue: QueueStore
  private let limits: Limits
  private let assignments: any Channel<Assignment>
  private let results: any Channel<ResultEvent>
  private let isStopping: () -> Bool
  private let stopSending: () -> Void
  private let wait: (Int64) -> Void
  private let logger: Logger
  private let unopened: UnopenedTargets

  private var paces: [Webhook.ID: WebhookPace] = [:]
  private var due = DueList()
  private var targets = TargetCache()
  private var slots: Slots
  private var turn = 0
  private var pausedUntil: [Webhook.ID: Int64] = [:]
  private var lastWorkAt = MonotonicClock.milliseconds
  private var lastClaimAt = MonotonicClock.milliseconds
  private var patience = Patience()

  /// - Parameters:
  ///   - results: What became of the deliveries it assigned.
  ///   - stopSending: Tells the sending thread that no assignment follows.
  ///   - wait: Returns after so many milliseconds, or sooner when a result came or a host poked.
  package init(
    queue: QueueStore, limits: Limits, assignments: any Channel<Assignment>,
    results: any Channel<ResultEvent>, isStopping: @escaping () -> Bool,
    stopSending: @escaping () -> Void, wait: @escaping (Int64) -> Void, logger: Logger
  ) {
    self.queue = queue
    self.limits = limits
    self.assignments = assignments
    self.results = results
    self.isStopping = isStopping
    self.stopSending = stopSending
    self.wait = wait
    self.logger = logger
    unopened = UnopenedTargets(queue: queue, logger: logger)
    slots = Slots(concurrency: limits.concurrency)
  }

  /// Runs until it is told to stop or has lingered with nothing to do.
  package mutating func run() -> QueueLoopEnding {
    while !isStopping() {
      takeResults()
      if let soon = untilEnoughIsFree(at: MonotonicClock.milliseconds) {
        wait(soon)
        continue
      }
      var claimed = 0
      var pause: Int64?
      do {
        claimed = try claim()
        patience.worked()
      } catch {
        if patience.isOver(after: error, isStopping: isStopping(), logger) { return .databaseLost }
        pause = Patience.pauseMilliseconds
      }
      let now = MonotonicClock.milliseconds
      if claimed > 0 || !slots.isIdle {
        lastWorkAt = now
      } else if now - lastWorkAt >= limits.lingerMilliseconds {
        break
      }
      if claimed == 0 { wait(pause ?? untilNextLook(at: now)) }
    }
    stopSending()
    return .done
  }

  private mutating func takeResults() {
    let now = MonotonicClock.milliseconds
    for event in results.take() {
      for freed in slots.apply(event) {
        guard let outcome = freed.outcome else {
          paces[freed.webhook]?.returned()
          continue
        }
        paces[freed.webhook]?.ended(outcome, at: now)
        if paces[freed.webhook]?.isProbing(at: now) == true {
          pausedUntil[freed.webhook] = now + limits.probeRestMilliseconds
        }
      }
    }
  }

  /// Nil where a claim is worth its transaction.
  private func untilEnoughIsFree(at now: Int64) -> Int64? {
    let left = lastClaimAt + Self.gatherMilliseconds - now
    guard slots.inFlight > 0, slots.free < limits.concurrency / 2, left > 0 else { return nil }
    return left
  }

  /// A webhook's own limits may allow the next delivery before it is time to look at the queue; and
  /// beside webhooks that have to wait, what is new is seen by the next look alone.
  private func untilNextLook(at now: Int64) -> Int64 {
    // Nothing is claimed before a result has come, and that is heard.
    guard slots.free > 0 else { return Self.pollMilliseconds }
    let soonest = pausedUntil.values.min().map { $0 - now } ?? .max
    let look = due.untilRefresh(at: now) ?? .max
    return max(1, min(Self.pollMilliseconds, soonest, look))
  }

  private var reserve: Int { limits.concurrency / Self.reservedPart }

  /// - Returns: How many were claimed.
  private mutating func claim() throws -> Int {
    let now = MonotonicClock.milliseconds
    pausedUntil = pausedUntil.filter { $0.value > now }
    let free = slots.free
    guard free > 0 else { return 0 }
    let onProbation = paces.values.reduce(0) { $0 + ($1.isOnProbation ? $1.inFlight : 0) }
    let probationFree = min(free, max(0, max(1, limits.concurrency / 2) - onProbation))
    if due.needsRefresh(at: now) {
      let found = try queue.dueWebhooks(besides: due.known)
      let all = Set(due.known).union(found.map(\.id))
      due.refresh(
        found, modest: all.count { isModest($0, at: now) }, at: now,
        duration: MonotonicClock.milliseconds - now)
      forget()
    }
    turn += 1
    let plan = ClaimPlan(
      candidates: try candidates(at: now, free: free, probationFree: probationFree), free: free,
      probationFree: probationFree, reserve: reserve)
    guard !plan.counts.isEmpty else { return 0 }
    let wishes = plan.counts.map { candidate, count in
      let id = candidate.target.webhookID
      return ClaimWish(
        target: candidate.target, count: count, hasLost: due.webhooks[id]?.hasLost ?? false,
        from: candidate.target.isOrdered ? nil : due.place(of: id))
    }
    do {
      return try claim(wishes, at: now)
    } catch  where Stores.isOfItself(error) {
      return try claimOneByOne(wishes, after: error, at: now)
    }
  }

  private mutating func claim(_ wishes: [ClaimWish], at now: Int64) throws -> Int {
    lastClaimAt = now
    let claimStart = MonotonicClock.microseconds
    let claim = try queue.claim(wishes, leaseSeconds: limits.leaseSeconds)
    hand(claim, startedAt: claimStart)
    learn(from: claim, of: wishes, at: now)
    return claim.deliveries.count
  }

  /// One webhook whose deliveries the database will not let us claim must not keep the others from
  /// their turn. Where none can be claimed for, it is not the webhooks.
  private mutating func claimOneByOne(_ wishes: [ClaimWish], after error: any Error, at now: Int64)
    throws -> Int
  {
    var count = 0
    var failures = 0
    for wish in wishes {
      let id = wish.target.webhookID
      do {
        count += try claim([wish], at: now)
      } catch  where Stores.isOfItself(error) {
        logger.error(
          "deliveries cannot be claimed", metadata: ["webhook": "\(id)", "error": "\(error)"])
        failures += 1
        pausedUntil[id] = now + Self.refusedMilliseconds
      }
    }
    if failures == wishes.count { throw error }
    return count
  }

  private mutating func learn(from claim: Claim, of wishes: [ClaimWish], at now: Int64) {
    for id in claim.changed { targets.drop(id) }
    for (id, wait) in claim.waits { pausedUntil[id] = now + max(1, wait) }
    var counts: [Webhook.ID: Int] = [:]
    for delivery in claim.deliveries { counts[delivery.webhookID, default: 0] += 1 }
    for wish in wishes {
      let id = wish.target.webhookID
      // Also where another worker had all of it, or the webhook's limits leave it nothing: were it
      // the first again, others would never have theirs.
      paces[id, default: WebhookPace()].hadTurn(turn)
      due.claimed(counts[id] ?? 0, of: wish, last: claim.lastDue[id])
    }
  }

  /// Webhooks with something due that may send and have room, those that waited longest first.
  private mutating func candidates(at now: Int64, free: Int, probationFree: Int) throws
    -> [ClaimPlan.Candidate]
  {
    let share = due.share(of: limits.concurrency)
    let width = max(Self.webhooksPerClaim, free / share)
    // Hundreds of webhooks on probation must not crowd out those that answer.
    var proven = min(free, width)
    var onProbation = min(probationFree, width)
    let looked = waiting(at: now, share: share).filter { webhook in
      if webhook.isOnProbation {
        onProbation -= 1
        return onProbation >= 0
      }
      proven -= 1
      return proven >= 0
    }.map(\.id)
    // Apart from the cache, which forgets all when it is full.
    var ready: [Webhook.ID: DeliveryTarget] = [:]
    for id in looked { ready[id] = targets.target(of: id, at: now) }
    let found = try queue.targets(of: looked.filter { ready[$0] == nil })
    try unopened.tell(of: found)
    for target in found.ready.values {
      ready[target.webhookID] = target
      targets.keep(target, at: now)
      if paces[target.webhookID] == nil {
        paces[target.webhookID] = WebhookPace(failingFor: target.failingFor, at: now)
      }
    }
    return looked.compactMap { id in
      guard let target = ready[id] else {
        // Paused or deleted: the chores take its deliveries out of the queue. Or the ring lacks a key,
        // and this worker never reads another ring.
        pausedUntil[id] = now + (found.keyless[id] == nil ? 1_000 : Self.refusedMilliseconds)
        due.drop(id)
        paces[id, default: WebhookPace()].hadTurn(turn)
        return nil
      }
      let pace = paces[id] ?? WebhookPace()
      return ClaimPlan.Candidate(
        target: target, room: pace.room(for: target, share: share, at: now),
        isOnProbation: pace.isOnProbation, isIdle: pace.inFlight == 0)
    }
  }

  private struct Waiting {
    let id: Webhook.ID
    let lastTurn: Int
    let since: Timestamp
    let isOnProbation: Bool
  }

  /// Those that have room, those first that waited longest. What they are compared by is looked up once
  /// for each: there may be tens of thousands.
  private func waiting(at now: Int64, share: Int) -> [Waiting] {
    let isReserveLeft = slots.free <= reserve
    return due.webhooks.values.compactMap { webhook in
      guard pausedUntil[webhook.id] == nil, hasRoom(webhook.id, share: share, at: now) else {
        return nil
      }
      let pace = paces[webhook.id]
      if isReserveLeft, pace.map({ $0.inFlight > 0 || $0.isOnProbation }) ?? true { return nil }
      return Waiting(
        id: webhook.id, lastTurn: pace?.lastTurn ?? 0, since: webhook.since,
        isOnProbation: pace?.isOnProbation ?? true)
    }.sorted { left, right in
      left.lastTurn == right.lastTurn ? left.since < right.since : left.lastTurn < right.lastTurn
    }
  }

  /// Takes one slot at most: its endpoint does not answer, it has strict order, or it has to wait.
  private func isModest(_ id: Webhook.ID, at now: Int64) -> Bool {
    paces[id]?.limit == 1 || paces[id]?.isProbing(at: now) == true || pausedUntil[id] != nil
      || targets.target(of: id, at: now)?.isOrdered == true
  }

  /// Those that have none must not take the places of those that have.
  private func hasRoom(_ id: Webhook.ID, share: Int, at now: Int64) -> Bool {
    guard let pace = paces[id] else { return true }
    guard let target = targets.target(of: id, at: now) else { return !pace.isFull }
    return pace.room(for: target, share: share, at: now) > 0
  }

  /// Keeps what was learned for as long as it is of use.
  private mutating func forget() {
    guard paces.count > 10_000 else { return }
    paces = paces.filter { $0.value.inFlight > 0 || due.webhooks[$0.key] != nil }
  }

  private mutating func hand(_ claim: Claim, startedAt: Int64) {
    guard !claim.deliveries.isEmpty else { return }
    let latest =
      startedAt / 1_000 + Int64(limits.leaseSeconds) * 1_000
      - Int64(limits.attemptTimeoutMilliseconds) - 5_000
    var list: [Assignment] = []
    for delivery in claim.deliveries {
      guard let target = claim.targets[delivery.webhookID] else { continue }
      paces[delivery.webhookID, default: WebhookPace()].started(1)
      slots.assign(Lease(delivery), of: target)
      list.append(
        Assignment(
          delivery: delivery, target: target, startBy: latest,
          clockOffset: claim.claimedAt.microseconds - startedAt))
    }
    assignments.put(list)
  }
}
