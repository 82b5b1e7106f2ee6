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
}
