package import Store

/// What one thread hands to another. The main supplies the lock and the waking.
package protocol Channel<Element>: Sendable {
  associatedtype Element: Sendable

  func put(_ elements: [Element])
  /// Everything put since the last time, in order; does not wait.
  func take() -> [Element]
}

/// A claimed delivery on its way to the thread that sends.
package struct Assignment: Sendable {
  let delivery: ClaimedDelivery
  let target: DeliveryTarget
  /// After this it must not be sent any more: the lease could end before the attempt does.
  /// Milliseconds of the monotonic clock.
  let startBy: Int64
  /// What to add to the monotonic clock, in microseconds, to have the database's time.
  let clockOffset: Int64
}

/// What the sending thread tells of an assignment.
package enum SendingEvent: Sendable {
  case attempted(AttemptReport)
  /// Not sent; to be given back.
  case returned(ClaimedDelivery)
  /// The sending thread has ended; nothing follows.
  case ended
}
