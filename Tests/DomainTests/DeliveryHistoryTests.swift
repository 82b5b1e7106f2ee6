import Domain
import Testing

private let now = Timestamp(rfc3339: "2026-11-24T14:05:10Z")!

struct DeliveryHistoryTests {
  @Test(arguments: DeliveryHistory.Span.allCases)
  func `steps have no gap and the last one is now's`(_ span: DeliveryHistory.Span) {
    let history = DeliveryHistory(span, until: now, found: [])

    #expect(history.steps.count == span.steps)
    #expect(history.steps.first?.begin == DeliveryHistory.begin(of: span, until: now))
    for (earlier, later) in zip(history.steps, history.steps.dropFirst()) {
      #expect(later.begin == earlier.begin.advanced(bySeconds: Int64(span.stepSeconds)))
    }
    let age = now.seconds - (history.steps.last?.begin.seconds ?? 0)
    #expect((0..<Int64(span.stepSeconds)).contains(age))
  }

  @Test func `what was found stands at its time and sums up`() {
    let history = history([(-1, 5, 2, 7), (-3, 10, 0, 9)])

    #expect(history.delivered == 15 && history.failed == 2 && history.mostWaiting == 9)
    #expect(history.steps[history.steps.count - 2].delivered == 5)
    #expect(history.halved.count == 30)
    #expect(history.halved.reduce(0) { $0 + $1.delivered } == 15)
  }

  @Test func `what comes in is what went out and what more waits`() {
    // 50 went out in five minutes, and 25 more wait than before.
    let steps = (1...5).map { (-$0, 9, 1, $0 == 5 ? 100 : 110) } + [(0, 1, 0, 125)]

    let pace = history(steps).pace

    #expect(pace?.outPerMinute == 10 && pace?.inPerMinute == 15)
  }

  @Test func `before the current minute is counted the one before it ends the five`() {
    let steps = (1...6).map { (-$0, 10, 0, $0 == 6 ? 0 : 50) }

    let pace = history(steps).pace

    #expect(pace?.outPerMinute == 10 && pace?.inPerMinute == 20)
  }

  @Test func `without a count nothing is said of what comes in`() {
    #expect(history([(-1, 5, 0, nil)]).pace?.inPerMinute == nil)
    #expect(history([]).growth(to: 3) == nil)
    #expect(history([(-10, 0, 0, 40)]).growth(to: 30) == -10)
  }

  private func history(_ steps: [(age: Int, delivered: Int, failed: Int, waiting: Int?)])
    -> DeliveryHistory
  {
    let last = now.seconds / 60 * 60
    return DeliveryHistory(
      .hour, until: now,
      found: steps.map {
        DeliveryHistory.Step(
          begin: Timestamp(seconds: last + Int64($0.age * 60)), delivered: $0.delivered,
          failed: $0.failed, waiting: $0.waiting)
      })
  }
}

struct DeliveryServiceTests {
  private func service(oldest: Int64?, seen: Int64?) -> DeliveryService {
    let queue = QueueStanding(
      waiting: 1, due: 1, inFlight: 0, oldestDueAt: oldest.map { now.advanced(bySeconds: -$0) })
    return DeliveryService(
      queue: queue, workerSeenAt: seen.map { now.advanced(bySeconds: -$0) }, now: now)
  }

  @Test func `it keeps up while nothing is due for longer than a minute`() {
    #expect(service(oldest: nil, seen: 1) == .keepsUp)
    #expect(service(oldest: 60, seen: 1) == .keepsUp)
    #expect(service(oldest: 61, seen: 1) == .isBehind(seconds: 61))
  }

  @Test func `without a worker for two minutes that is what is said`() {
    #expect(service(oldest: nil, seen: 120) == .keepsUp)
    #expect(service(oldest: 400, seen: 121) == .hasNoWorker)
    #expect(service(oldest: nil, seen: nil) == .awaitsFirstWorker)
  }
}
