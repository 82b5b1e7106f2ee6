/// Where a page of a list begins, by what the list is sorted by.
package enum ListPlace<Key: Equatable & Sendable>: Equatable, Sendable {
  case first
  case after(Key)
  case before(Key)

  /// Read from the end that lies at the key, so the other way round.
  var isBackwards: Bool { if case .before = self { true } else { false } }
}

/// One page of a list.
package struct ListPage<Item: Sendable>: Sendable {
  package internal(set) var items: [Item]
  package let hasEarlier: Bool
  package let hasLater: Bool

  package init(items: [Item], hasEarlier: Bool, hasLater: Bool) {
    self.items = items
    self.hasEarlier = hasEarlier
    self.hasLater = hasLater
  }

  /// - Parameter read: In the order in which they were read, one more than `limit` where there are more.
  init<Key>(_ read: [Item], limit: Int, from place: ListPlace<Key>) {
    let hasMore = read.count > limit
    let kept = Array(read.prefix(limit))
    self.init(
      items: place.isBackwards ? kept.reversed() : kept,
      hasEarlier: place.isBackwards ? hasMore : place != .first,
      hasLater: place.isBackwards || hasMore)
  }
}
