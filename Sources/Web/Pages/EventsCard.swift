import Domain

/// What the form of a webhook's events shows beside what is saved.
struct EventChoice {
  /// What was chosen and is not saved; nil for what is.
  var selection: EventSelection?
  /// Every box shall be so.
  var tick: WebhookForm.Tick?
  /// Somebody changed the same boxes meanwhile.
  var isConflict = false
  /// What was to be taken back cannot be any more.
  var isTooLate = false
  var errors: [FieldError] = []
}

/// What a webhook listens to, on its page: saved as it is changed, or by its button.
///
/// Fields, beside `csrf` and `form_id`: `selection`, `events` and `tick` as on "Add webhook"; `base`,
/// what the page showed; `version`, of the webhook then.
struct EventsCard {
  let shell: Shell
  let webhook: Webhook
  /// The whole catalog, retired types as well.
  let eventTypes: [EventType]
  let formID: String
  var choice = EventChoice()
  var undo: EventsUndo?

  func render() -> HTML {
    let isOpen = choice.selection != nil || choice.isTooLate || webhook.events == .chosen([])
    return """
      \(conflict)
      <details class="card folded" id="events"\(HTML.flag("open", when: isOpen))>
      \(summary)
      <form method="post" action="\(shell.links(.webhookEvents(webhook.id)))" novalidate \
      data-autosave>
      \(shell.tokenField)<input type="hidden" name="form_id" value="\(formID)">\
      <input type="hidden" name="base" value="\(webhook.events.words.joined(separator: " "))">\
      <input type="hidden" name="version" value="\(webhook.version)">
      \(AddWebhookPage.defaultButton)
      <p class="note" data-with-script hidden>Changes here are saved as you make them.</p>
      \(webhook.events == .chosen([]) ? Self.none : nil)
      \(EventPicker(
        types: types, selectsAll: selection == .all, chosen: chosen, errors: FormErrors(list: choice.errors)
      ).render())
      <div class="part foot" data-without-script><button class="button primary">Save events</button>\
      </div>
      </form>
      <div class="bar saved-line"><p class="saved" role="status" id="events-saved">\
      \(choice.isTooLate ? "It was changed since, so nothing was undone." : "")</p></div>
      </details>
      """
  }

  private static let none: HTML = """
    <p class="note"><b>No events chosen.</b> Nothing will be sent.</p>
    """

  private var types: [EventType] { eventTypes.choosable(with: webhook.events) }

  private var selection: EventSelection { choice.selection ?? webhook.events }

  private var chosen: Set<String> {
    switch (choice.tick, selection) {
    case (.all?, _): Set(types.map(\.name))
    case (WebhookForm.Tick.none?, _), (nil, .all): []
    case (nil, .chosen(let names)): Set(names)
    }
  }

  private var summary: HTML {
    let names: [String]
    let count: String
    switch webhook.events {
    case .all: (names, count) = (types.map(\.name), "All")
    case .chosen(let chosen): (names, count) = (chosen, "\(chosen.count) of \(types.count)")
    }
    return """
      <summary>\(Icon.chevronDown)<h2>Events</h2><span data-part="events"><span class="pill">\
      \(count)</span> <code class="sub">\(names.joined(separator: ", "))</code></span></summary>
      """
  }

  private var conflict: HTML? {
    guard choice.isConflict, let mine = choice.selection else { return nil }
    let fields = EventsCard.fields(of: mine)
    return ConflictBlock(
      changedAt: webhook.updatedAt, now: shell.now,
      rows: [
        .init(
          name: "Events", theirs: EventsCard.words(webhook.events), yours: EventsCard.words(mine))
      ],
      buttons: """
        <a class="button plain small" href="\(shell.links(.webhook(webhook.id)))">Keep theirs</a>
        <form method="post" action="\(shell.links(.webhookEvents(webhook.id)))">\
        \(shell.tokenField)<input type="hidden" name="version" value="\(webhook.version)">\
        \(fields)<button class="button plain small">Use mine</button></form>
        <a class="button quiet small" href="#events" data-again>Edit mine again</a>
        """
    ).render()
  }

  private static func words(_ selection: EventSelection) -> String {
    switch selection {
    case .all: "All events"
    case .chosen([]): "None"
    case .chosen(let names): names.joined(separator: ", ")
    }
  }

  private static func fields(of selection: EventSelection) -> [HTML] {
    switch selection {
    case .all: ["<input type=\"hidden\" name=\"selection\" value=\"all\">"]
    case .chosen(let names):
      names.map { "<input type=\"hidden\" name=\"events\" value=\"\($0)\">" }
    }
  }
}

extension [EventType] {
  /// Those that can be chosen; a retired one only where it is chosen already.
  func choosable(with selection: EventSelection) -> [EventType] {
    guard case .chosen(let names) = selection else { return filter { !$0.isRetired } }
    return filter { !$0.isRetired || names.contains($0.name) }
  }
}
