/// How far a delivery has come: all that decides what one more outcome makes of it.
package struct DeliveryProgress: Sendable, Hashable {
  /// Attempts so far that count against the retry schedule.
  package var scheduleStep: Int
  /// Claims lost since the last result.
  package var interruptedInRow: Int
  /// Asked for by a person, outside the schedule: one attempt, then delivered or failed.
  package var isSingleAttempt: Bool
  /// Delivered once already, and asked to be sent again.
  package var wasDelivered: Bool
  package var isTest: Bool

  package init(
    scheduleStep: Int = 0, interruptedInRow: Int = 0, isSingleAttempt: Bool = false,
    wasDelivered: Bool = false, isTest: Bool = false
  ) {
    self.scheduleStep = scheduleStep
    self.interruptedInRow = interruptedInRow
    self.isSingleAttempt = isSingleAttempt
    self.wasDelivered = wasDelivered
    self.isTest = isTest
  }

  /// What comes after one outcome.
  package struct Transition: Sendable, Equatable {
    package enum Next: Sendable, Equatable {
      case delivered
      case failed
      /// Pending, due so much later.
      case retry(after: Interval)
      case held
    }

    package let next: Next
    package let scheduleStep: Int
    package let interruptedInRow: Int
    /// The webhook must be paused with the reason `gone`.
    package let pausesWebhook: Bool
  }

  /// - Parameters:
  ///   - isWebhookPaused: Also while its user is disabled.
  ///   - random: 0 up to, not including, 1; for the schedule's jitter.
  package func after(
    _ outcome: Outcome, isWebhookPaused: Bool, retries: RetrySchedule, random: Double
  ) -> Transition {
    if outcome.error == .interrupted { return afterInterruption(isWebhookPaused: isWebhookPaused) }

    let isScheduled = !isSingleAttempt && !isTest
    let step = isScheduled ? scheduleStep + 1 : scheduleStep
    let wait =
      isScheduled && !outcome.isGone ? retries.wait(afterFailures: step, random: random) : nil
    let next: Transition.Next =
      if outcome.isSuccess {
        .delivered
      } else if let wait {
        isWebhookPaused ? .held : .retry(after: max(wait, outcome.retryAfter))
      } else {
        givenUp
      }
    return Transition(
      next: next, scheduleStep: step, interruptedInRow: 0, pausesWebhook: outcome.isGone)
  }

  /// A claim that was lost may have been sent or not, so it proves nothing about the endpoint and
  /// takes no step; the row is claimed again at once.
  private func afterInterruption(isWebhookPaused: Bool) -> Transition {
    let inRow = interruptedInRow + 1
    let next: Transition.Next =
      if isTest || inRow >= Delivery.interruptionLimit {
        givenUp
      } else {
        isWebhookPaused ? .held : .retry(after: .zero)
      }
    return Transition(
      next: next, scheduleStep: scheduleStep, interruptedInRow: inRow, pausesWebhook: false)
  }

  /// Whoever got it once has got it.
  private var givenUp: Transition.Next { wasDelivered ? .delivered : .failed }
}
