import Domain
import HTTPTypes
import Store

/// What administrators say of event types.
struct EventTypeAdministration {
  let context: Context

  private var types: EventTypeStore { context.stores.eventTypes }

  func respond(_ route: AdminEventTypeRoute, isPost: Bool) throws -> Response {
    switch route {
    case .list(let place): try list(place)
    case .new: try isPost ? add() : new()
    case .type(let name): try isPost ? save(name) : show(name)
    case .retire(let name): try isPost ? set(name, isRetired: true) : ask(name, toRetire: true)
    case .restore(let name): try isPost ? set(name, isRetired: false) : ask(name, toRetire: false)
    }
  }

  private func list(_ place: ListPlace<String>) throws -> Response {
    .page(
      AdminEventTypesPage(
        shell: try context.shell(),
        page: try types.catalog(from: place, limit: AdminEventTypesPage.limit)
      ).render())
  }

  /// Offers the place after the last one.
  private func new() throws -> Response {
    let form = EventTypeForm(
      position: min(try types.lastPosition() + 10, EventTypeDraft.positions.upperBound))
    return .page(NewEventTypePage(shell: try context.shell(), form: form).render())
  }

  private func add() throws -> Response {
    let form = try EventTypeForm(context.form)
    var (draft, errors) = form.read()
    if let draft {
      do {
        try types.add(form.name, draft, by: context.actor)
        return .seeOther(address(form.name))
      } catch StoreError.duplicate {
        errors = [FieldError("name", "There is an event type called \(form.name) already")]
      } catch StoreError.limitReached(let limit) {
        errors = [
          FieldError("name", "There are \(Words.number(limit)) event types, as many as can be")
        ]
      }
    }
    return .page(
      NewEventTypePage(shell: try context.shell(), form: form, errors: errors).render(),
      status: .unprocessableContent)
  }

  private func page(_ name: String) throws -> AdminEventTypePage {
    let entry = try types.entry(name)
    return AdminEventTypePage(
      shell: try context.shell(), entry: entry,
      form: EventTypeForm(entry.type, position: entry.position))
  }

  private func show(_ name: String) throws -> Response {
    var page = try page(name)
    page.isSaved = context.query["note"] == "saved"
    return .page(page.render())
  }

  private func save(_ name: String) throws -> Response {
    guard let version = try context.form.one("version").flatMap({ Int($0) }) else {
      throw Query.Malformed()
    }
    var page = try page(name)
    page.form = try EventTypeForm(context.form, name: name)
    let (draft, errors) = page.form.read()
    page.errors = errors
    guard let draft else { return .page(page.render(), status: .unprocessableContent) }
    do {
      try types.change(name, to: draft, version: version, by: context.actor)
    } catch StoreError.versionConflict {
      page.isStale = true
      return .page(page.render(), status: .conflict)
    }
    return .seeOther(address(name))
  }

  private func ask(_ name: String, toRetire: Bool) throws -> Response {
    let entry = try types.entry(name)
    guard entry.type.isRetired != toRetire else { return .seeOther(address(name, note: false)) }
    return .page(
      RetireEventTypePage(shell: try context.shell(), entry: entry, toRetire: toRetire).render())
  }

  private func set(_ name: String, isRetired: Bool) throws -> Response {
    try types.setRetired(isRetired, name, by: context.actor)
    return .seeOther(address(name))
  }

  private func address(_ name: String, note: Bool = true) -> String {
    context.links(.admin(.eventTypes(.type(name)))) + (note ? "?note=saved" : "")
  }
}
