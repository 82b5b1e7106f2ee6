/// One event on its way to one webhook.
///
///     pending ──2xx──────────────▶ delivered
///       │ ▲  ──last failure, 410─▶ failed
///       │ └──failure: due later
///       └────webhook paused──────▶ held ──recover──▶ pending
package struct Delivery: Sendable {
  package typealias ID = Identifier<Delivery>

  package enum State: Equatable, Sendable {
    /// Waiting for its next attempt, or in flight until its lease ends.
    case pending(due: Timestamp)
    case delivered(at: Timestamp)
    /// Given up: the schedule is over, the endpoint is gone, or it was dropped.
    case failed(at: Timestamp)
    /// Its webhook was paused; kept until it is sent on, dropped, or past retention.
    case held

    package var status: Status {
      switch self {
      case .pending: .pending
      case .delivered: .delivered
      case .failed: .failed
      case .held: .held
      }
    }
  }

  /// The four words of the API.
  package enum Status: String, Sendable, CaseIterable { case pending, delivered, failed, held }

  package let id: ID
  package let webhookID: Webhook.ID
  package let eventID: Event.ID
  package let eventType: String
  package let state: State
  /// Attempts on record.
  package let attemptNumber: Int
  /// Attempts that count against the retry schedule; interrupted ones do not.
  package let scheduleStep: Int
  /// True between a claim and its result.
  package let isInFlight: Bool
  package let isTest: Bool
  /// Asked for by a person, outside the schedule: one attempt, then delivered or failed.
  package let isSingleAttempt: Bool
  package let responseStatus: Int?
  /// That of the last attempt, or `dropped`.
  package let error: AttemptError?
  package let createdAt: Timestamp

  package init(
    id: ID, webhookID: Webhook.ID, eventID: Event.ID, eventType: String, state: State,
    attemptNumber: Int, scheduleStep: Int, isInFlight: Bool, isTest: Bool, responseStatus: Int?,
    error: AttemptError?, createdAt: Timestamp, isSingleAttempt: Bool = false
  ) {
    self.isSingleAttempt = isSingleAttempt
    self.id = id
    self.webhookID = webhookID
    self.eventID = eventID
    self.eventType = eventType
    self.state = state
    self.attemptNumber = attemptNumber
    self.scheduleStep = scheduleStep
    self.isInFlight = isInFlight
    self.isTest = isTest
    self.responseStatus = responseStatus
    self.error = error
    self.createdAt = createdAt
  }

  /// When the attempts after the next one are to be made, as long as each fails; without the jitter.
  package func laterAttempts(_ schedule: RetrySchedule) -> [Timestamp] {
    guard case .pending(let due) = state, !isTest, !isSingleAttempt else { return [] }
    var time = due
    return schedule.waits.dropFirst(scheduleStep).map { wait in
      time = time.advanced(by: wait)
      return time
    }
  }

  /// A claim lost this many times in a row ends the delivery as failed.
  package static let interruptionLimit = 20
}
