/// Two changes of one webhook's events from the same beginning.
package enum EventsMerge: Equatable, Sendable {
  /// Both stand.
  case together(EventSelection)
  /// They touched the same box.
  case conflict

  /// - Parameters:
  ///   - base: What the change was made from.
  ///   - mine: What it shall be.
  ///   - theirs: What it has become meanwhile.
  package init(base: EventSelection, mine: EventSelection, theirs: EventSelection) {
    let (base, mine, theirs) = (Set(base.words), Set(mine.words), Set(theirs.words))
    let touched = base.symmetricDifference(mine)
    guard touched.isDisjoint(with: base.symmetricDifference(theirs)) else {
      self = .conflict
      return
    }
    let merged = theirs.symmetricDifference(touched)
    self = .together(merged.contains("*") ? .all : .chosen(merged.sorted()))
  }
}
