import Domain

/// The form on a webhook's page that says what it listens to.
struct EventsForm {
  let formID: UUID?
  let selection: EventSelection
  /// What the page showed; nil where the form does not say.
  let base: EventSelection?
  let version: Int?
  /// The button "Undo" was pressed.
  let undo: UUID?
  /// The button "Tick all" or "Untick all" was pressed.
  let tick: WebhookForm.Tick?
  private(set) var errors: [FieldError] = []

  /// - Parameter known: Types that may be chosen.
  /// - Throws: `Query.Malformed` when a field is there twice that may be there once.
  init(_ form: Query, known: Set<String>) throws(Query.Malformed) {
    formID = try form.formID()
    undo = try form.one("undo").flatMap { UUID($0) }
    tick = try form.one("tick").flatMap(WebhookForm.Tick.init(rawValue:))
    version = try form.one("version").flatMap { Int($0) }
    base = try form.one("base").map { text in
      let names = text.split(separator: " ").map(String.init)
      return names == ["*"] ? .all : .chosen(names.sorted())
    }
    let isAll = try form.choice(
      "selection", of: EventPicker.selections, standard: false, mend: EventPicker.mend, &errors)
    let chosen = Set(form.all("events"))
    selection = isAll ? .all : .chosen(chosen.intersection(known).sorted())
    // One that the page showed as chosen may have been taken away elsewhere: that is no new choice.
    var shown: Set<String> = []
    if case .chosen(let names)? = base { shown = Set(names) }
    if !isAll, !chosen.isSubset(of: known.union(shown)) {
      errors.append(FieldError("events", "One of the events does not exist any more"))
    }
  }
}
