import Domain
import Store

/// How many deliveries of one webhook may be in flight, learned from how its endpoint answers.
///
/// It starts at 4, doubles with success up to 64 (or the webhook's own limit), and falls to 1 at a
/// timeout. Until an endpoint has answered once, and after each timeout, its webhook is on
/// probation: those on probation hold at most half of all slots together, so that endpoints that
/// hang cannot take the slots of those that answer.
struct WebhookPace {
  static let startLimit = 4
  static let topLimit = 64

  private(set) var limit = WebhookPace.startLimit
  private(set) var inFlight = 0
  private(set) var isOnProbation = true
  /// When it was last given a slot; the one that waited longest goes first.
  private(set) var lastServed = 0
  private var allowance: RateAllowance?

  /// No more may be in flight, whatever the webhook's own limits are.
  var isFull: Bool { inFlight >= limit }

  /// How many more it may have in flight now.
  /// - Parameter milliseconds: Of a clock that only goes forward.
  mutating func room(for target: DeliveryTarget, at milliseconds: Int64) -> Int {
    let most = target.isOrdered ? 1 : min(limit, target.maxInFlight ?? Self.topLimit)
    let room = max(0, most - inFlight)
    guard let perSecond = target.maxPerSecond else {
      allowance = nil
      return room
    }
    if allowance?.perSecond != perSecond { allowance = RateAllowance(perSecond: perSecond) }
    return min(room, allowance?.available(at: milliseconds) ?? room)
  }

  mutating func started(_ count: Int, turn: Int) {
    inFlight += count
    lastServed = turn
    allowance?.take(count)
  }

  /// Given back unsent.
  mutating func returned() {
    inFlight = max(0, inFlight - 1)
  }

  mutating func ended(_ outcome: Outcome) {
    inFlight = max(0, inFlight - 1)
    if outcome.isTimeout {
      limit = 1
      isOnProbation = true
    } else {
      isOnProbation = false
      if outcome.isSuccess { limit = min(Self.topLimit, limit * 2) }
    }
  }
}

/// So many a second: a bucket that fills evenly and holds one second's worth.
struct RateAllowance {
  let perSecond: Int
  private var thousandths: Int64
  private var filledAt: Int64?

  init(perSecond: Int) {
    self.perSecond = perSecond
    thousandths = Int64(perSecond) * 1_000
  }

  mutating func available(at milliseconds: Int64) -> Int {
    if let filledAt {
      let gained = max(0, milliseconds - filledAt) * Int64(perSecond)
      thousandths = min(Int64(perSecond) * 1_000, thousandths + gained)
    }
    filledAt = milliseconds
    return Int(max(0, thousandths) / 1_000)
  }

  mutating func take(_ count: Int) {
    thousandths -= Int64(count) * 1_000
  }
}
