/// What a store refuses; anything else that goes wrong is a `DatabaseError`.
package enum StoreError: Error, Equatable {
  /// No such row, or it is another user's.
  case notFound
  /// A unique value is taken.
  case duplicate
  /// A limit of so many is reached.
  case limitReached(Int)
  /// The row was changed by somebody else since it was read.
  case versionConflict
  /// Two secrets sign already.
  case overlapRuns
  /// A row holds what this program does not understand.
  case unreadable(String)
}
