import Domain
import Testing

struct AnswerTimesTests {
  @Test func `without any there is no time`() {
    #expect(AnswerTimes().microseconds(within: 0.5) == nil)
    #expect(AnswerTimes().isEmpty)
  }

  @Test func `a limit belongs to the bucket below it`() {
    var times = AnswerTimes()
    for microseconds: Int64 in [0, 10_000, 10_001, 300_000_000, 900_000_000] {
      times.count(microseconds: microseconds)
    }

    #expect(times.counts == [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
  }

  @Test func `a bucket counts as evenly filled`() throws {
    var counts = [Int](repeating: 0, count: AnswerTimes.limits.count)
    (counts[3], counts[4]) = (50, 50)  // 50 to 100 ms, 100 to 250 ms
    let times = AnswerTimes(counts: counts)

    #expect(times.microseconds(within: 0.25) == 75_000)
    #expect(times.microseconds(within: 0.5) == 100_000)
    #expect(times.microseconds(within: 0.95) == 235_000)
    #expect(times.microseconds(within: 1) == 250_000)
  }

  @Test func `what was measured lies within a bucket of what is told`() throws {
    var times = AnswerTimes()
    for number: Int64 in 1...1_000 { times.count(microseconds: number * 1_000) }

    let median = try #require(times.microseconds(within: 0.5))
    let most = try #require(times.microseconds(within: 0.95))

    #expect((490_000...510_000).contains(median) && (940_000...960_000).contains(most))
  }
}
