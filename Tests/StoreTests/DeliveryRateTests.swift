import Domain
import Testing

@testable import Store

struct DeliveryRateTests {
  private func rate(_ perSecond: Int, next: Int64? = nil, now: Int64) -> DeliveryRate {
    DeliveryRate(
      perSecond: perSecond, next: next.map { Timestamp(microseconds: $0) },
      now: Timestamp(microseconds: now))
  }

  @Test func `one a second is one at once, and the next a second later`() {
    var first = rate(1, now: 5_000_000)
    #expect(first.available == 1)
    first.take(1)
    #expect(first.available == 0)
    #expect(first.wait == 1_000)

    #expect(rate(1, next: first.next.microseconds, now: 5_999_999).available == 0)
    #expect(rate(1, next: first.next.microseconds, now: 6_000_000).available == 1)
  }

  @Test func `a claim runs ahead by at most a quarter of a second's worth`() {
    #expect(rate(100, now: 60_000_000).available == 25)
    #expect(rate(100, next: 1, now: 60_000_000).available == 25)
  }

  @Test func `a clock that is set back costs one interval, not an hour`() {
    #expect(rate(10, next: 3_600_000_000, now: 1_000_000).wait == 100)
    #expect(rate(10, next: 1_100_000, now: 1_000_000).wait == 100)
  }

  @Test func `over ten seconds it gives no more than ten seconds' worth and that quarter`() {
    var next: Int64?
    var given = 0
    for step in 0..<1_000 {
      var now = rate(100, next: next, now: 1_000_000 + Int64(step) * 10_000)
      let available = now.available
      now.take(available)
      given += available
      next = now.next.microseconds
    }
    #expect((1_000...1_025).contains(given))
  }
}
