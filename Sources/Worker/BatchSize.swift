/// How many rows a batch may have: as many as keep it short, since it holds its locks until its end.
struct BatchSize {
  /// So few take no time of their own: a batch of them that is slow waits for something else.
  static let fewestRows = 25
  /// More would save little, and take long where the machine is busy of a sudden.
  static let mostRows = 100
  static let longestMilliseconds: Int64 = 15
  static let shortMilliseconds: Int64 = 6

  private(set) var rows = 50

  mutating func note(tookMilliseconds: Int64) {
    if tookMilliseconds > Self.longestMilliseconds {
      rows = max(Self.fewestRows, rows / 2)
    } else if tookMilliseconds < Self.shortMilliseconds {
      rows = min(Self.mostRows, rows * 2)
    }
  }
}
