import Domain
import Testing

struct RateWindowTests {
  private let limit = Rate(count: 2, per: Interval("1m")!)

  @Test func `so many calls pass, and then none until the window ends`() {
    var window = RateWindow(limit, nowMilliseconds: 1_000)

    let standings = [1_000, 1_500, 31_000, 60_999].map {
      window.count(limit, nowMilliseconds: Int64($0))
    }

    #expect(standings.map(\.isAllowed) == [true, true, false, false])
    #expect(standings.map(\.remaining) == [1, 0, 0, 0])
    #expect(standings.map(\.secondsToReset) == [60, 60, 30, 1])
  }

  @Test func `at its end all of them are there again`() {
    var window = RateWindow(limit, nowMilliseconds: 0)
    for _ in 1...3 { _ = window.count(limit, nowMilliseconds: 0) }
    #expect(window.hasEnded(nowMilliseconds: 60_000))

    let after = window.count(limit, nowMilliseconds: 60_000)

    #expect(
      after == RateStanding(limit: limit, isAllowed: true, remaining: 1, secondsToReset: 60))
  }

  @Test func `what was refused is not counted`() {
    var window = RateWindow(Rate(count: 1, per: Interval("1s")!), nowMilliseconds: 0)
    let rates = (1...100).map { _ in
      window.count(Rate(count: 1, per: Interval("1s")!), nowMilliseconds: 5)
    }

    #expect(rates.filter(\.isAllowed).count == 1)
    #expect(rates.allSatisfy { $0.remaining == 0 })
  }
}
