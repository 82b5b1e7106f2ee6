import Domain
import Store

/// What this worker has claimed and is not on record yet.
///
/// The slot of a delivery is free as soon as its attempt is over. Where its webhook has limits of its
/// own, these count it until it is on record, and so does the webhook's pace: a claim would not get
/// the next one sooner.
struct Slots {
  /// Claimed and not over.
  private(set) var inFlight = 0

  private let concurrency: Int

  private var slots: [Lease: Slot] = [:]

  private struct Slot {
    let webhook: Webhook.ID
    let isLimited: Bool
    var hasEnded = false
    var outcome: Outcome?
  }

  /// - Parameter concurrency: In flight at most. As many again may wait for the record: were there no
  ///   end to that, a database that takes claims and no results would have the whole queue sent.
  init(concurrency: Int) {
    self.concurrency = concurrency
  }

  /// How many more may be claimed.
  var free: Int { max(0, concurrency - max(inFlight, slots.count - concurrency)) }

  /// Nothing is claimed that is not on record.
  var isIdle: Bool { slots.isEmpty }

  mutating func assign(_ lease: Lease, of target: DeliveryTarget) {
    slots[lease] = Slot(webhook: target.webhookID, isLimited: target.isLimited)
    inFlight += 1
  }

  /// - Returns: The webhooks of those whose place at their webhook is free now; no outcome where
  ///   nothing was sent.
  mutating func apply(_ event: ResultEvent) -> [(webhook: Webhook.ID, outcome: Outcome?)] {
    switch event {
    case .ended(let lease, let outcome):
      guard var slot = slots[lease], !slot.hasEnded else { return [] }
      inFlight -= 1
      slot.hasEnded = true
      slot.outcome = outcome
      slots[lease] = slot
      return slot.isLimited ? [] : [(slot.webhook, outcome)]
    case .settled(let leases):
      return leases.compactMap { lease in
        guard let slot = slots.removeValue(forKey: lease), slot.isLimited else { return nil }
        return (slot.webhook, slot.outcome)
      }
    }
  }
}
