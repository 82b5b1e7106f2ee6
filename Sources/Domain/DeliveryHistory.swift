/// What became of deliveries over a time, all webhooks together; tests are left out.
package struct DeliveryHistory: Sendable, Equatable {
  /// How far back, and in which steps.
  package enum Span: String, Sendable, CaseIterable {
    case hour, day, week

    /// Of one step.
    package var stepSeconds: Int {
      switch self {
      case .hour: 60
      case .day: 900
      case .week: 7_200
      }
    }

    package var steps: Int {
      switch self {
      case .hour: 60
      case .day: 96
      case .week: 84
      }
    }
  }

  package struct Step: Sendable, Equatable {
    package let begin: Timestamp
    package var delivered = 0
    package var failed = 0
    /// The most that waited at once, as far as it was counted; nil where nobody counted.
    package var waiting: Int?

    package init(begin: Timestamp, delivered: Int = 0, failed: Int = 0, waiting: Int? = nil) {
      self.begin = begin
      self.delivered = delivered
      self.failed = failed
      self.waiting = waiting
    }
  }

  package let span: Span
  /// Without gaps, oldest first; the last one is not over yet.
  package let steps: [Step]

  /// - Parameter found: In any order; steps that are not there were silent.
  package init(_ span: Span, until now: Timestamp, found: [Step]) {
    self.span = span
    let known = Dictionary(found.map { ($0.begin, $0) }, uniquingKeysWith: { first, _ in first })
    let last = Self.begin(of: span, until: now).advanced(
      bySeconds: Int64(span.stepSeconds * (span.steps - 1)))
    steps = (0..<span.steps).reversed().map { age in
      let begin = last.advanced(bySeconds: -Int64(age * span.stepSeconds))
      return known[begin] ?? Step(begin: begin)
    }
  }

  /// Where the first step begins: steps lie on whole multiples of their length.
  package static func begin(of span: Span, until now: Timestamp) -> Timestamp {
    let step = Int64(span.stepSeconds)
    return Timestamp(seconds: now.seconds / step * step - step * Int64(span.steps - 1))
  }

  package var delivered: Int { steps.reduce(0) { $0 + $1.delivered } }
  package var failed: Int { steps.reduce(0) { $0 + $1.failed } }
  package var mostWaiting: Int? { steps.compactMap(\.waiting).max() }

  /// The same with two steps made one.
  package var halved: [Step] {
    stride(from: 0, to: steps.count, by: 2).map { first in
      let pair = steps[first..<min(first + 2, steps.count)]
      return Step(
        begin: steps[first].begin, delivered: pair.reduce(0) { $0 + $1.delivered },
        failed: pair.reduce(0) { $0 + $1.failed }, waiting: pair.compactMap(\.waiting).max())
    }
  }
}

extension DeliveryHistory {
  /// What comes and goes in a minute, over the last whole minutes.
  package struct Pace: Sendable, Equatable {
    package let outPerMinute: Int
    /// nil where nobody counted what waits.
    package let inPerMinute: Int?
  }

  private static let paceMinutes = 5
  private static let trendMinutes = 10

  /// Of the last five minutes between two counts of what waits: what came in is what went out and what
  /// more waits than before. What is held or dropped leaves uncounted, so a little more came than that.
  package var pace: Pace? {
    guard span == .hour, steps.count > Self.paceMinutes + 1 else { return nil }
    // What waits is counted when a minute begins, for the current one perhaps in a moment.
    let end = steps.count - (steps.last?.waiting == nil ? 2 : 1)
    let begin = end - Self.paceMinutes
    let out = steps[begin..<end].reduce(0) { $0 + $1.delivered + $1.failed }
    let growth = steps[end].waiting.flatMap { now in steps[begin].waiting.map { now - $0 } }
    return Pace(
      outPerMinute: out / Self.paceMinutes,
      inPerMinute: growth.map { max(0, out + $0) / Self.paceMinutes })
  }

  /// How many more wait than ten minutes ago; nil where nobody counted then.
  package func growth(to waiting: Int) -> Int? {
    guard span == .hour else { return nil }
    return steps.dropLast(Self.trendMinutes).last?.waiting.map { waiting - $0 }
  }
}
