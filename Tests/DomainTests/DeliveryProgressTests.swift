import Domain
import Testing

@Suite struct DeliveryProgressTests {
  private let retries = RetrySchedule(
    waits: [5, 300, 1_800].map { Interval(seconds: $0) }, jitter: 0.1)
  private let failure = Outcome.failure(.timeout)

  @Test func `a success ends as delivered`() {
    for step in 0...3 {
      #expect(after(.success(status: 200), .init(scheduleStep: step)).next == .delivered)
    }
    #expect(after(.success(status: 204), .init(), paused: true).next == .delivered)
    #expect(after(.success(status: 200), .init(isTest: true)).next == .delivered)
    #expect(after(.success(status: 200), .init(isSingleAttempt: true)).next == .delivered)
  }

  @Test func `a failure takes a step and comes back after its wait`() {
    let first = after(failure, .init())
    let second = after(failure, .init(scheduleStep: 1))

    #expect(first.next == .retry(after: Interval(seconds: 5)))
    #expect(first.scheduleStep == 1)
    #expect(second.next == .retry(after: Interval(seconds: 300)))
    #expect(second.scheduleStep == 2)
    #expect(!first.pausesWebhook)
  }

  @Test func `the random number moves the wait`() {
    #expect(after(failure, .init(), random: 0).next == .retry(after: Interval(milliseconds: 4_500)))
  }

  @Test func `the failure after the last wait ends as failed`() {
    let last = after(failure, .init(scheduleStep: 3))

    #expect(last.next == .failed)
    #expect(last.scheduleStep == 4)
    // Also where the schedule was made shorter meanwhile.
    #expect(after(failure, .init(scheduleStep: 9)).next == .failed)
  }

  @Test func `410 ends as failed at once and pauses the webhook`() {
    let gone = after(Outcome(status: 410), .init())

    #expect(gone.next == .failed)
    #expect(gone.pausesWebhook)
    #expect(after(Outcome(status: 410), .init(), paused: true).next == .failed)
  }

  @Test(arguments: [429, 503])
  func `an answer that asks for time gets it, but never less than the schedule's`(status: Int) {
    let long = Outcome(status: status, retryAfter: Interval(seconds: 3_600))
    let short = Outcome(status: status, retryAfter: Interval(seconds: 1))

    #expect(after(long, .init()).next == .retry(after: Interval(seconds: 3_600)))
    #expect(after(short, .init()).next == .retry(after: Interval(seconds: 5)))
    #expect(after(long, .init(scheduleStep: 3)).next == .failed)
  }

  @Test func `a single attempt ends as delivered or failed and takes no step`() {
    let single = DeliveryProgress(scheduleStep: 2, isSingleAttempt: true)

    #expect(after(.success(status: 200), single).next == .delivered)
    #expect(after(failure, single).next == .failed)
    #expect(after(failure, single).scheduleStep == 2)
    #expect(after(failure, single, paused: true).next == .failed)
    #expect(
      after(Outcome(status: 503, retryAfter: Interval(seconds: 9)), single).next == .failed)
  }

  @Test func `one delivered before ends as delivered in any case`() {
    let again = DeliveryProgress(scheduleStep: 1, isSingleAttempt: true, wasDelivered: true)
    let lastClaim = DeliveryProgress(
      interruptedInRow: 19, isSingleAttempt: true, wasDelivered: true)
    let gone = after(Outcome(status: 410), again)

    #expect(after(failure, again).next == .delivered)
    #expect(after(failure, again, paused: true).next == .delivered)
    #expect(after(.failure(.interrupted), lastClaim).next == .delivered)
    #expect(gone.next == .delivered)
    #expect(gone.pausesWebhook)
  }

  @Test func `a test that fails has failed`() {
    #expect(after(failure, .init(isTest: true)).next == .failed)
    #expect(after(failure, .init(isTest: true), paused: true).next == .failed)
    #expect(after(failure, .init(isTest: true)).scheduleStep == 0)
  }

  @Test func `in flight at a pause, a last failure is failed and any other held`() {
    let other = after(failure, .init(scheduleStep: 2), paused: true)

    #expect(other.next == .held)
    #expect(other.scheduleStep == 3)
    #expect(after(failure, .init(scheduleStep: 3), paused: true).next == .failed)
  }

  @Test func `a lost claim takes no step and is due at once`() {
    let lost = after(.failure(.interrupted), .init(scheduleStep: 3, interruptedInRow: 4))

    #expect(lost.next == .retry(after: .zero))
    #expect(lost.scheduleStep == 3)
    #expect(lost.interruptedInRow == 5)
  }

  @Test func `twenty claims lost in a row end as failed`() {
    var progress = DeliveryProgress()
    for _ in 1...19 {
      let lost = after(.failure(.interrupted), progress)
      #expect(lost.next == .retry(after: .zero))
      progress.interruptedInRow = lost.interruptedInRow
    }

    #expect(after(.failure(.interrupted), progress).next == .failed)
    #expect(after(.failure(.interrupted), progress, paused: true).next == .failed)
  }

  @Test func `any result ends a row of lost claims`() {
    #expect(after(failure, .init(interruptedInRow: 19)).interruptedInRow == 0)
    #expect(after(.success(status: 200), .init(interruptedInRow: 19)).interruptedInRow == 0)
  }

  @Test func `a claim lost during a pause is held, also a single attempt's`() {
    #expect(after(.failure(.interrupted), .init(), paused: true).next == .held)
    #expect(
      after(.failure(.interrupted), .init(isSingleAttempt: true), paused: true).next == .held)
  }

  @Test func `a single attempt whose claim was lost is made again`() {
    #expect(
      after(.failure(.interrupted), .init(isSingleAttempt: true)).next == .retry(after: .zero))
  }

  @Test func `a test whose claim was lost has failed`() {
    #expect(after(.failure(.interrupted), .init(isTest: true)).next == .failed)
  }

  @Test func `an empty schedule means one attempt`() {
    let once = RetrySchedule(waits: [], jitter: 0)

    let transition = DeliveryProgress().after(
      failure, isWebhookPaused: false, retries: once, random: 0)

    #expect(transition.next == .failed)
  }

  private func after(
    _ outcome: Outcome, _ progress: DeliveryProgress, paused: Bool = false, random: Double = 0.5
  ) -> DeliveryProgress.Transition {
    progress.after(outcome, isWebhookPaused: paused, retries: retries, random: random)
  }
}
