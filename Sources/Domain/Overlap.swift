/// For how long the old secret signs along after a rotation.
package enum Overlap {
  package static let standard = Interval(seconds: 86_400)
  package static let longest = Interval(seconds: 7 * 86_400)

  /// What a page offers, the shortest first.
  package static let choices = [0, 3_600, 86_400, 3 * 86_400, 7 * 86_400].map {
    Interval(seconds: $0)
  }

  /// Reads `24h`, `3d`, `0`; nil for anything else, and for more than seven days.
  package static func read(_ text: String) -> Interval? {
    Interval(text).flatMap { $0 <= longest ? $0 : nil }
  }
}
