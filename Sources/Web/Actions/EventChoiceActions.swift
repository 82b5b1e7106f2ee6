import Crypto
import Domain
import HTTPTypes
import Store

/// Changing what a webhook listens to.
struct EventChoiceActions {
  let context: Context

  private var webhooks: WebhookStore { context.stores.webhooks }
  private var user: User.ID { context.user.id }
  private var session: Session.ID { context.visitor.session.id }

  func save(_ id: Webhook.ID) throws -> Response {
    let webhook = try webhooks.find(id, of: user)
    let form = try EventsForm(context.form, known: choosable(webhook))
    if let undo = form.undo { return try takeBack(undo, of: webhook) }
    if let tick = form.tick { return try show(webhook, EventChoice(ticking: tick, form)) }
    guard form.errors.isEmpty else {
      return try show(
        webhook, EventChoice(selection: form.selection, errors: form.errors),
        status: .unprocessableContent)
    }
    let next = context.links(.webhook(id), note: .eventsSaved)
    if let formID = form.formID, try context.stores.forms.location(of: formID, in: session) != nil {
      return try saved(id, wasMerged: false, next: next)
    }
    return try save(form, to: webhook, next: next)
  }

  /// The form's own change, on top of what others have changed since its page was made. Somebody may
  /// be faster again.
  private func save(_ form: EventsForm, to found: Webhook, next: String) throws -> Response {
    var webhook = found
    let ticket = form.formID.map { FormTicket(session: session, form: $0) { _ in next } }
    for _ in 1...3 {
      guard case .together(let events) = merge(form, into: webhook) else { break }
      do {
        if events != webhook.events {
          var change = WebhookChange()
          change.events = events
          try webhooks.change(
            webhook.id, of: user, to: change, version: webhook.version, form: ticket,
            by: context.actor)
        }
        return try saved(webhook.id, wasMerged: events != form.selection, next: next)
      } catch StoreError.duplicate {
        return try saved(webhook.id, wasMerged: false, next: next)
      } catch StoreError.versionConflict {
        webhook = try webhooks.find(webhook.id, of: user)
      }
    }
    return try show(
      webhook, EventChoice(selection: form.selection, isConflict: true), status: .conflict)
  }

  private func merge(_ form: EventsForm, into webhook: Webhook) -> EventsMerge {
    if form.version == webhook.version { return .together(form.selection) }
    guard let base = form.base else { return .conflict }
    return EventsMerge(base: base, mine: form.selection, theirs: webhook.events)
  }

  private func takeBack(_ undo: UUID, of webhook: Webhook) throws -> Response {
    do {
      try webhooks.undoEvents(of: webhook.id, user: user, undo: undo, by: context.actor)
    } catch StoreError.versionConflict {
      return try show(webhook, EventChoice(isTooLate: true), status: .conflict)
    }
    guard context.head.isOfScript else {
      return .seeOther(context.links(.webhook(webhook.id), note: .eventsUndone))
    }
    let webhook = try webhooks.find(webhook.id, of: user)
    return .saved(webhook, message: "Undone. \(try words(webhook)).")
  }

  private func saved(_ id: Webhook.ID, wasMerged: Bool, next: String) throws -> Response {
    guard context.head.isOfScript else { return .seeOther(next) }
    let webhook = try webhooks.find(id, of: user)
    return .saved(
      webhook, message: try words(webhook) + ".", wasMerged: wasMerged,
      undo: try webhooks.undo(of: webhook)?.id)
  }

  /// `4 of 8 events`
  private func words(_ webhook: Webhook) throws -> String {
    guard case .chosen(let chosen) = webhook.events else { return "All events" }
    return "\(chosen.count) of \(try choosable(webhook).count) events"
  }

  /// Those of the catalog; a retired one only where it is chosen already.
  private func choosable(_ webhook: Webhook) throws -> Set<String> {
    let types = try context.stores.eventTypes.all()
    return Set(types.choosable(with: webhook.events).map(\.name))
  }

  private func show(
    _ webhook: Webhook, _ choice: EventChoice, status: HTTPResponse.Status = .ok
  ) throws -> Response {
    .page(
      try WebhookActions(context: context).page(of: webhook, DeliveryFilter(), choice).render(),
      status: status)
  }
}

extension EventChoice {
  fileprivate init(ticking tick: WebhookForm.Tick, _ form: EventsForm) {
    self.init(selection: .chosen([]), tick: tick)
  }
}
