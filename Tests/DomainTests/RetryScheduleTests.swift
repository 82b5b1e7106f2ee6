import Domain
import Testing

@Suite struct RetryScheduleTests {
  @Test(arguments: [
    ("0", 0), ("0s", 0), ("5s", 5), ("90s", 90), ("5m", 300), ("2h", 7_200), ("5d", 432_000),
    ("007s", 7), ("36600d", 36_600 * 86_400),
  ])
  func `an interval is digits and a unit`(text: String, seconds: Int64) {
    #expect(Interval(text) == Interval(seconds: seconds))
  }

  @Test(arguments: [
    "", "s", "5", "00", "-5s", "+5s", "5 s", " 5s", "5S", "5w", "1.5h", "5ms", "1h30m", "٥s",
    "36601d", "99999999999d", "999999999999s", "99999999999999999999999d",
  ])
  func `anything else is no interval`(text: String) {
    #expect(Interval(text) == nil)
  }

  @Test func `an interval is printed in the largest unit that fits`() {
    #expect(
      ["0s", "90s", "5m", "36h", "2d"].map { Interval($0)?.description } == [
        "0s", "90s", "5m", "36h", "2d",
      ])
    #expect(Interval("86400s")?.description == "1d")
    #expect(Interval(milliseconds: 1_500).description == "1500ms")
    #expect(
      Timestamp(seconds: 1).advanced(by: Interval(milliseconds: 1_500))
        == Timestamp(microseconds: 2_500_000))
  }

  @Test func `a schedule is a comma list of intervals`() {
    #expect(
      RetrySchedule.waits("5s,5m,0,2h")
        == [5, 300, 0, 7_200].map { Interval(seconds: $0) })
    #expect(RetrySchedule.waits("5s") == [Interval(seconds: 5)])
    for text in ["", ",", "5s,", ",5s", "5s,,5m", "5s, 5m", "5s;5m"] {
      #expect(RetrySchedule.waits(text) == nil, "\(text)")
    }
  }

  @Test func `each failure has its wait, and the last has none`() {
    let schedule = RetrySchedule(waits: [Interval(seconds: 5), Interval(seconds: 300)], jitter: 0)

    #expect(schedule.attempts == 3)
    #expect(schedule.wait(afterFailures: 1, random: 0.7) == Interval(seconds: 5))
    #expect(schedule.wait(afterFailures: 2, random: 0.1) == Interval(seconds: 300))
    #expect(schedule.wait(afterFailures: 3, random: 0) == nil)
    #expect(schedule.wait(afterFailures: 0, random: 0) == nil)
  }

  @Test func `jitter spreads a wait evenly on both sides`() {
    let schedule = RetrySchedule(waits: [Interval(seconds: 100)], jitter: 0.1)

    #expect(schedule.wait(afterFailures: 1, random: 0) == Interval(seconds: 90))
    #expect(schedule.wait(afterFailures: 1, random: 0.5) == Interval(seconds: 100))
    #expect(schedule.wait(afterFailures: 1, random: 0.75) == Interval(seconds: 105))
    let wildest = RetrySchedule(waits: [Interval(seconds: 100)], jitter: 1)
    #expect(wildest.wait(afterFailures: 1, random: 0) == .zero)
  }

  @Test func `the attempts after the next one are known, but for those that a person asks for`() {
    let schedule = RetrySchedule(
      waits: [Interval(seconds: 5), Interval(seconds: 300), Interval(seconds: 900)], jitter: 0.1)
    let due = Timestamp(seconds: 1_000)
    let none = UUID(high: 0, low: 0)
    func later(_ step: Int, _ state: Delivery.State = .pending(due: due), single: Bool = false)
      -> [Int64]
    {
      Delivery(
        id: Delivery.ID(none), webhookID: Webhook.ID(none), eventID: Event.ID(none),
        eventType: "x", state: state, attemptNumber: step, scheduleStep: step, isInFlight: false,
        isTest: false, responseStatus: nil, error: nil, createdAt: due, isSingleAttempt: single
      ).laterAttempts(schedule).map(\.seconds)
    }

    #expect(later(0) == [1_005, 1_305, 2_205])
    #expect(later(2) == [1_900])
    #expect(later(3) == [])
    #expect(later(0, single: true) == [])
    #expect(later(0, .held) == [])
  }
}
