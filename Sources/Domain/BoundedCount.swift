/// How many there are, as far as was counted: nobody counts a million rows to say "many".
package struct BoundedCount: Equatable, Sendable {
  package let number: Int
  /// False where there may be more.
  package let isAll: Bool

  package init(_ number: Int, isAll: Bool = true) {
    self.number = number
    self.isAll = isAll
  }

  /// What is said as "more than 1,000".
  package static let limit = 1_000

  package var isNone: Bool { number == 0 && isAll }
}
