import Domain
import Store

/// How many deliveries of one webhook may be in flight, learned from how its endpoint answers.
///
/// It starts at 4, doubles with success up to 64 (or the webhook's own limit), and falls to 1 where
/// the endpoint cannot be reached, does not answer or asks for less, so that one that comes back is
/// not met by all that waited. Until an endpoint has answered once, and after each timeout, its
/// webhook is on probation: those on probation hold at most half of all slots together, so that
/// endpoints that hang cannot take the slots of those that answer.
///
/// One that has done nothing but fail for a while gets a probe at a time, with a rest after each: what
/// waits for it keeps its place in the retry schedule, instead of using it up on a dead endpoint.
struct WebhookPace {
  static let startLimit = 4
  static let topLimit = 64
  /// So many failures in a row, over so many milliseconds, are a while.
  static let failuresUntilProbe = 20
  static let failingUntilProbe: Int64 = 60_000

  private(set) var limit = WebhookPace.startLimit
  private(set) var inFlight = 0
  private(set) var isOnProbation = true
  /// Of the claims, the last one that looked for its deliveries; the webhook that waited longest goes
  /// first.
  private(set) var lastTurn = 0
  /// In a row, and the moment of the first of them on the monotonic clock.
  private var failures = 0
  private var failingSince: Int64?

  /// - Parameters:
  ///   - failingFor: How long every attempt has failed by the record, in milliseconds; nil where the
  ///     last one did not.
  ///   - now: Milliseconds of the monotonic clock.
  init(failingFor: Int64? = nil, at now: Int64 = 0) {
    guard let failingFor, failingFor >= Self.failingUntilProbe else { return }
    failures = Self.failuresUntilProbe
    failingSince = now - failingFor
  }

  func isProbing(at now: Int64) -> Bool {
    guard let failingSince, failures >= Self.failuresUntilProbe else { return false }
    return now - failingSince >= Self.failingUntilProbe
  }

  /// No more may be in flight, whatever the webhook's own limits are.
  var isFull: Bool { inFlight >= limit }

  /// How many more this worker may have in flight now. That the webhook's own limits hold for all
  /// workers together is seen to by the claim.
  /// - Parameter share: As many as it may have beside the others.
  func room(for target: DeliveryTarget, share: Int = .max, at now: Int64) -> Int {
    let most =
      target.isOrdered || isProbing(at: now)
      ? 1 : min(limit, share, target.maxInFlight ?? Self.topLimit)
    return max(0, most - inFlight)
  }

  mutating func started(_ count: Int) {
    inFlight += count
  }

  /// Whatever came of it.
  mutating func hadTurn(_ turn: Int) {
    lastTurn = turn
  }

  /// Given back unsent.
  mutating func returned() {
    inFlight = max(0, inFlight - 1)
  }

  mutating func ended(_ outcome: Outcome, at now: Int64) {
    inFlight = max(0, inFlight - 1)
    failures = outcome.isSuccess ? 0 : failures + 1
    failingSince = outcome.isSuccess ? nil : failingSince ?? now
    isOnProbation = outcome.isTimeout
    if outcome.isSuccess {
      limit = min(Self.topLimit, limit * 2)
    } else if outcome.status == nil || outcome.asksForLess {
      limit = 1
    }
  }
}
