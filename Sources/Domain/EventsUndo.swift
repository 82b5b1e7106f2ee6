/// A change of a webhook's events that can still be taken back.
package struct EventsUndo: Equatable, Sendable {
  package let id: UUID
  /// What the webhook listened to before.
  package let events: EventSelection

  package init(id: UUID, events: EventSelection) {
    self.id = id
    self.events = events
  }
}
