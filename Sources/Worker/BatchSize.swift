/// How many rows a batch may have: as many as keep it short, since it holds its locks until its end.
struct BatchSize {
  static let mostRows = 1_000
  static let longestMilliseconds: Int64 = 50
  static let shortMilliseconds: Int64 = 20

  private(set) var rows = 100

  /// - Parameter count: Rows that it had; a batch that was not full says little of a larger one.
  mutating func note(count: Int, tookMilliseconds: Int64) {
    if tookMilliseconds > Self.longestMilliseconds {
      rows = max(1, rows / 2)
    } else if tookMilliseconds < Self.shortMilliseconds, count >= rows / 2 {
      rows = min(Self.mostRows, rows * 2)
    }
  }
}
