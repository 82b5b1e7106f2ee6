import Domain

/// The boxes that choose what a webhook listens to.
struct EventPicker {
  /// Values of `selection`, and whether each is all events.
  static let selections = ["chosen": false, "all": true]
  static let mend = "Choose all events, or only some"

  let types: [EventType]
  let selectsAll: Bool
  /// Names of the boxes that are ticked.
  let chosen: Set<String>
  let errors: FormErrors

  /// The id of a type's box.
  static func id(of type: EventType) -> String { "event-\(type.name)" }

  func render() -> HTML {
    """
    <fieldset class="part" data-picker><legend>Events to send</legend>
    \(errors.message(for: "events"))\(errors.message(for: "selection"))
    <div class="choices">
    \(Choice(
      name: "selection", value: "chosen", label: "Only the events I choose",
      hint: "Pick from the list below.", isChosen: !selectsAll
    ).render())\(Choice(
      name: "selection", value: "all", label: "All events", hint: "Including any added later.",
      isChosen: selectsAll
    ).render())</div>
    <div data-only-when="selection-chosen">
    \(tools)
    <div class="picker">
    \(types.grouped.map(group))
    </div>
    </div>
    </fieldset>
    """
  }

  /// Finding needs the script, which takes the `hidden` away.
  private var tools: HTML {
    let count = types.filter { chosen.contains($0.name) }.count
    return """
      <div class="tools">
      <div class="find" data-find hidden>\(Icon.search)\
      <label for="find-event" class="unseen">Find an event</label>\
      <input id="find-event" type="search" autocomplete="off" spellcheck="false"></div>
      <button class="button quiet" name="tick" value="all" formnovalidate>Tick all</button>
      <button class="button quiet" name="tick" value="none" formnovalidate>Untick all</button>
      <p class="count" role="status" data-count><b>\(count)</b> of \(types.count) chosen</p>
      </div>
      """
  }

  private func group(_ group: (heading: String, types: [EventType])) -> HTML {
    """
    <fieldset class="group"><legend\(boxLabel(of: group.types))>\(group.heading)</legend>
    \(group.types.map(row))</fieldset>

    """
  }

  /// What the script calls the box that ticks the whole group: "All lead events". A group of one
  /// has none.
  private func boxLabel(of types: [EventType]) -> HTML {
    guard types.count > 1, let word = types[0].name.split(separator: ".").first else {
      return HTML()
    }
    return HTML.attribute("data-all", "All \(word) events")
  }

  private func row(_ type: EventType) -> HTML {
    let id = Self.id(of: type)
    return """
      <div class="event"><input type="checkbox" id="\(id)" name="events" value="\(type.name)"\
      \(HTML.flag("checked", when: chosen.contains(type.name))) \
      aria-describedby="\(id)-meaning">\
      <label for="\(id)"><code>\(type.name)</code>\
      \(type.isRetired ? " <span class=\"sub\">(retired)</span>" : nil)</label>\
      <span class="meaning" id="\(id)-meaning">\(type.description)</span>\
      <details class="sample"><summary>Sample<span class="unseen"> of \(type.name)</span>\
      \(Icon.chevronDown)</summary>\
      \(CodeBlock(
        id: "\(id)-sample", label: "Sample of \(type.name)", text: JSONText.indented(type.example)
      ).render())</details></div>

      """
  }
}
