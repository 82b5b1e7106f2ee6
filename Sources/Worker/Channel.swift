package import Domain
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

/// What the thread that claims is told.
package enum ResultEvent: Sendable {
  /// By the one that sends: its attempt is over; no outcome where it was not sent.
  case ended(Lease, Outcome?)
  /// By the one that records, and later: on record, or given back.
  case settled([Lease])

  init?(_ event: SendingEvent) {
    switch event {
    case .attempted(let report): self = .ended(Lease(report), report.outcome)
    case .returned(let delivery): self = .ended(Lease(delivery), nil)
    case .ended: return nil
    }
  }
}

/// One claim of a delivery. Its next may come before what is told of this one has been heard.
package struct Lease: Hashable, Sendable {
  let delivery: Delivery.ID
  let number: Int

  init(_ delivery: ClaimedDelivery) {
    self.delivery = delivery.id
    number = delivery.leaseNumber
  }

  init(_ report: AttemptReport) {
    delivery = report.delivery
    number = report.leaseNumber
  }
}
