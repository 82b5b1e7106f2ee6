package import Domain

/// How many failed for good at one host for one reason.
package struct DeadGroup: Sendable, Equatable {
  package let host: String
  package let cause: DeadCause
  package let count: Int

  package init(host: String, cause: DeadCause, count: Int) {
    self.host = host
    self.cause = cause
    self.count = count
  }
}

/// The groups, and whether they are those of all.
package struct DeadGroups: Sendable {
  /// The largest first.
  package let groups: [DeadGroup]
  /// Of so many.
  package let read: BoundedCount

  package init(groups: [DeadGroup], read: BoundedCount) {
    self.groups = groups
    self.read = read
  }
}

/// A delivery that failed for good, and when.
package struct DeadDelivery: Sendable {
  package let delivery: Delivery
  package let at: Timestamp

  package init(delivery: Delivery, at: Timestamp) {
    self.delivery = delivery
    self.at = at
  }
}

package struct DeadPage: Sendable {
  package let deliveries: [DeadDelivery]
  package let newer: Cursor?
  package let older: Cursor?
  /// The filter read its limit of rows before the page was full.
  package let searchedTo: Timestamp?
}

/// What a job would be for.
package struct DeadCount: Sendable {
  package let count: BoundedCount
  /// The oldest and the newest row that was read, matching or not.
  package let from: Cursor
  package let through: Cursor

  package init(count: BoundedCount, from: Cursor, through: Cursor) {
    self.count = count
    self.from = from
    self.through = through
  }
}

extension Cursor {
  /// Before all others.
  static let zero = Cursor(time: Timestamp(seconds: 0), id: .zero)

  package init(after dead: DeadDelivery) {
    self.init(time: dead.at, id: dead.delivery.id.rawValue)
  }
}
