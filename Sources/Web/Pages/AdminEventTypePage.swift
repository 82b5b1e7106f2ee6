import Domain
import Store

/// One event type: what is said of it, to be changed, and whether new webhooks can choose it.
struct AdminEventTypePage {
  let shell: Shell
  let entry: CatalogEntry
  var form: EventTypeForm
  var errors: [FieldError] = []
  var isSaved = false
  /// Somebody changed it since the form was shown.
  var isStale = false

  private var type: EventType { entry.type }
  private var route: Route { .admin(.eventTypes(.type(type.name))) }

  func render() -> HTML {
    let formErrors = FormErrors(list: errors)
    return Frame(
      title: type.name, hasErrors: !errors.isEmpty, section: .adminEventTypes,
      content: """
        \(PageHead(
          back: (shell.links(.admin(.eventTypes(.list()))), "Event types"), errors: formErrors,
          heading: "<code>\(type.name)</code>", tag: type.stateTag,
          lede: "Chosen by \(entry.webhooks.ofWebhooks).", actions: turn
        ).render())
        \(isSaved ? Banner(sentence: "Saved.").render() : nil)
        \(isStale ? stale : nil)
        <form class="card" method="post" action="\(shell.links(route))" novalidate>
        \(shell.tokenField)<input type="hidden" name="version" value="\(entry.version)">
        \(EventTypeFields(form: form, errors: formErrors).render())
        <div class="part foot"><button class="button primary">Save</button> \
        <a class="button quiet" href="\(shell.links(.admin(.eventTypes(.list()))))">Cancel</a></div>
        </form>
        """
    ).render(in: shell)
  }

  private var turn: HTML {
    let (route, verb): (AdminEventTypeRoute, String) =
      type.isRetired ? (.restore(type.name), "Bring back") : (.retire(type.name), "Retire")
    return """
      <a class="button plain" href="\(shell.links(.admin(.eventTypes(route))))" data-confirm-link>\
      \(verb)<span class="unseen"> \(type.name)</span></a>
      """
  }

  private var stale: HTML {
    Notice(
      tone: .warn, title: "Somebody else changed this event type",
      text: """
        It now means “\(type.description)”, in the group \(type.group), at position \
        \(entry.position). Save again to put yours in its place, or \
        <a href="\(shell.links(route))">keep theirs</a>.
        """
    ).render()
  }
}

/// The form for one that is not there yet.
struct NewEventTypePage {
  let shell: Shell
  let form: EventTypeForm
  var errors: [FieldError] = []

  func render() -> HTML {
    let formErrors = FormErrors(list: errors)
    return Frame(
      title: "Add event type", hasErrors: !errors.isEmpty, section: .adminEventTypes,
      content: """
        \(PageHead(
          back: (shell.links(.admin(.eventTypes(.list()))), "Event types"), errors: formErrors,
          heading: "Add event type", lede: "Webhooks can choose it, and events of it are taken, at once."
        ).render())
        <form class="card" method="post" action="\(shell.links(.admin(.eventTypes(.new))))" novalidate>
        \(shell.tokenField)
        <div class="part">\(name(formErrors))</div>
        \(EventTypeFields(form: form, errors: formErrors).render())
        <div class="part foot"><button class="button primary">Add event type</button> \
        <a class="button quiet" href="\(shell.links(.admin(.eventTypes(.list()))))">Cancel</a></div>
        </form>
        """
    ).render(in: shell)
  }

  private func name(_ errors: FormErrors) -> HTML {
    TextField(
      name: "name", label: "Name",
      hint: "Such as lead.archived. It cannot be changed, since receivers tell events by it.",
      value: form.name,
      attributes: """
         type="text" required maxlength="\(EventType.nameLimit)" autocomplete="off" \
        autocapitalize="none" spellcheck="false"
        """,
      style: .code
    ).render(errors)
  }
}

/// What is the same when one is added and when it is changed.
struct EventTypeFields {
  let form: EventTypeForm
  let errors: FormErrors

  func render() -> HTML {
    """
    <div class="part">
    \(field("description", "Meaning", form.description, EventTypeDraft.descriptionLimit,
      hint: "A few words without a full stop, such as “A lead is added”."))
    \(field("group", "Group", form.group, EventTypeDraft.groupLimit,
      hint: "The heading that it stands under."))
    \(TextField(
      name: "position", label: "Position", hint: "Lower numbers stand further up.",
      value: form.position, attributes: " type=\"text\" inputmode=\"numeric\" autocomplete=\"off\""
    ).render(errors))
    </div>
    <div class="part">
    <div class="field"><label for="example">Example</label>
    <p class="hint" id="example-hint">The data of such an event, as a JSON object. Test events carry \
    it.</p>\(errors.message(for: "example"))
    <textarea id="example" name="example" rows="12" spellcheck="false" autocomplete="off" \
    autocapitalize="none"\(errors.ties(for: "example", hasHint: true))>\("\n" + form.example)</textarea>
    </div>
    </div>
    """
  }

  private func field(
    _ name: String, _ label: String, _ value: String, _ limit: Int, hint: String
  ) -> HTML {
    TextField(
      name: name, label: label, hint: hint, value: value,
      attributes: " type=\"text\" required maxlength=\"\(limit)\" autocomplete=\"off\"",
      style: .full
    ).render(errors)
  }
}

/// Asks before an event type is retired, or brought back.
struct RetireEventTypePage {
  let shell: Shell
  let entry: CatalogEntry
  let toRetire: Bool

  func render() -> HTML {
    let name = entry.type.name
    return ConfirmPage(
      shell: shell, section: .adminEventTypes,
      back: (shell.links(.admin(.eventTypes(.type(name)))), name),
      title: toRetire ? "Retire \(name)?" : "Bring \(name) back?", text: HTML(text),
      action: .admin(.eventTypes(toRetire ? .retire(name) : .restore(name))),
      keep: toRetire ? "Keep it on offer" : "Leave it retired",
      button: toRetire ? "Retire \(name)" : "Bring back \(name)",
      busy: toRetire ? "Retiring…" : "Bringing back…", isDestructive: toRetire
    ).render()
  }

  private var text: String {
    guard toRetire else { return "New webhooks can choose it again." }
    let keepers: String =
      switch entry.webhooks.number {
      case 0: "No webhook chose it"
      case 1: "1 webhook that chose it keeps it"
      default: entry.webhooks.ofWebhooks + " that chose it keep it"
      }
    return keepers.prefix(1).uppercased() + keepers.dropFirst() + "; new ones cannot choose it."
  }
}
