/// How many rows a batch may have: as many as keep it short, since it holds its locks until its end.
struct BatchSize {
  /// So few take no time of their own: a batch of them that is slow waits for something else.
  static let fewestRows = 50
  static let mostRows = 1_000
  static let longestMilliseconds: Int64 = 50
  static let shortMilliseconds: Int64 = 20

  private(set) var rows = 100

  mutating func note(tookMilliseconds: Int64) {
    if tookMilliseconds > Self.longestMilliseconds {
      rows = max(Self.fewestRows, rows / 2)
    } else if tookMilliseconds < Self.shortMilliseconds {
      rows = min(Self.mostRows, rows * 2)
    }
  }
}
