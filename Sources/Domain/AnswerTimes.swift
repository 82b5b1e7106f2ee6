/// How fast an endpoint answered: attempts counted by how long they took, so that no page reads them
/// one by one.
package struct AnswerTimes: Sendable, Equatable {
  /// Upper limits of the buckets, in milliseconds. The last is the longest attempt there can be.
  package static let limits: [Int64] = [
    10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 300_000,
  ]

  /// One for each limit.
  package private(set) var counts: [Int]

  package init() {
    counts = [Int](repeating: 0, count: Self.limits.count)
  }

  /// - Parameter counts: As many as there are limits.
  package init(counts: [Int]) {
    precondition(counts.count == Self.limits.count, "one count for each bucket")
    self.counts = counts
  }

  package var isEmpty: Bool { counts.allSatisfy { $0 == 0 } }

  package mutating func count(microseconds: Int64) {
    let bucket = Self.limits.firstIndex { microseconds <= $0 * 1_000 } ?? Self.limits.count - 1
    counts[bucket] += 1
  }

  package mutating func add(_ other: AnswerTimes) {
    for bucket in counts.indices { counts[bucket] += other.counts[bucket] }
  }

  /// About how many microseconds this share of them took at most; nil without any. Exact at the limits
  /// of the buckets, in between as if each bucket were evenly filled.
  /// - Parameter share: 0 to 1.
  package func microseconds(within share: Double) -> Int64? {
    let wanted = share * Double(counts.reduce(0, +))
    guard wanted > 0 else { return nil }
    var before = 0.0
    for (bucket, count) in counts.enumerated() where count > 0 {
      let lower = bucket == 0 ? 0 : Double(Self.limits[bucket - 1])
      let upper = Double(Self.limits[bucket])
      if before + Double(count) >= wanted {
        return Int64((lower + (upper - lower) * (wanted - before) / Double(count)) * 1_000)
      }
      before += Double(count)
    }
    return Self.limits.last.map { $0 * 1_000 }
  }
}
