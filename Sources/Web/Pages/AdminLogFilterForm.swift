import Domain

/// What narrows the log over all webhooks. A GET form, so that every view has an address.
struct AdminLogFilterForm {
  let shell: Shell
  let eventTypes: [EventType]
  let filter: AdminLogFilter
  let errors: FormErrors

  init(
    shell: Shell, eventTypes: [EventType], filter: AdminLogFilter, errors: [FieldError]
  ) {
    self.shell = shell
    self.eventTypes = eventTypes
    self.filter = filter
    self.errors = FormErrors(list: errors + filter.log.problems.map(Self.error))
  }

  func render() -> HTML {
    // Open until something was asked for, so that the first view shows what can be.
    let isOpen = !filter.narrows || !errors.list.isEmpty
    let clear: HTML? =
      filter.narrows
      ? "<a class=\"button quiet\" href=\"\(shell.links(.deliveries(.log())))\">Clear</a>" : nil
    return """
      <details class="fold filter"\(HTML.flag("open", when: isOpen))>
      <summary>\(Icon.filter)<span>Filter</span>\(Icon.chevronDown)</summary>
      <form class="filters" method="get" action="\(shell.links(.deliveries(.log())))" novalidate>
      \(text("id", "Delivery or event id", filter.id))
      \(text("user", "User (e-mail or id)", filter.user))
      \(text("webhook", "Webhook (name or id)", filter.webhook))
      \(text("host", "Host", filter.host))
      \(select("status", "Status", filter.log.status?.rawValue, statuses))
      \(select("event", "Event", filter.log.event, events))
      \(select("answer", "Answer", filter.log.answer?.rawValue, answers))
      \(text("code", "Answer’s number", filter.code, " inputmode=\"numeric\""))
      \(select("when", "When", filter.log.span?.rawValue ?? "", spans))
      \(moment("from", "From", filter.log.from))
      \(moment("to", "To", filter.log.to))
      <div class="go"><button class="button plain">Show</button>\(clear)</div>
      </form>
      </details>
      """
  }

  private func text(_ name: String, _ label: String, _ value: String?, _ more: HTML = HTML())
    -> HTML
  {
    """
    <div class="field"><label for="\(name)">\(label)</label>\(errors.message(for: name))\
    <input type="text" id="\(name)" name="\(name)" autocomplete="off" spellcheck="false"\(more) \
    value="\(value ?? "")"\(errors.ties(for: name, hasHint: false))></div>
    """
  }

  private func select(
    _ name: String, _ label: String, _ chosen: String?, _ options: [(value: String, label: String)]
  ) -> HTML {
    """
    <div class="field"><label for="\(name)">\(label)</label>\
    <div class="select"><select id="\(name)" name="\(name)">\(options.map { option in
      """
      <option value="\(option.value)"\
      \(HTML.flag("selected", when: option.value == chosen ?? ""))>\(option.label)</option>
      """
    })</select>\(Icon.chevronDown)</div></div>
    """
  }

  /// The script shows and reads it in the reader's own time zone.
  private func moment(_ name: String, _ label: String, _ value: Timestamp?) -> HTML {
    // Without seconds where there are none, as the field itself shows it.
    let text = value.map { $0.seconds % 60 == 0 ? $0.rfc3339.prefix(16) : $0.rfc3339.prefix(19) }
    return """
      <div class="field"><label for="\(name)">\(label)<span class="zone"> (UTC)</span></label>\
      \(errors.message(for: name))\
      <input type="datetime-local" id="\(name)" name="\(name)" data-local \
      value="\(text.map(String.init) ?? "")"\(errors.ties(for: name, hasHint: false))></div>
      """
  }

  private var statuses: [(value: String, label: String)] {
    [("", "All")]
      + DeliveryFilter.Status.allCases.filter { $0 != .pending || filter.log.status == .pending }
      .map { ($0.rawValue, $0.label) }
  }

  private var events: [(value: String, label: String)] {
    var names = eventTypes.map(\.name)
    if let event = filter.log.event, !names.contains(event) { names.append(event) }
    return [("", "All events")] + names.map { ($0, $0) }
  }

  private var answers: [(value: String, label: String)] {
    [("", "All")] + DeliveryFilter.Answer.allCases.map { ($0.rawValue, $0.label) }
  }

  /// Nothing is searched without a time.
  private var spans: [(value: String, label: String)] {
    [("", "Last hour")]
      + DeliveryFilter.Span.allCases.filter { $0 != .hour || filter.log.span == .hour }
      .map { ($0.rawValue, $0.label) }
  }

  private static func error(_ problem: DeliveryFilter.Problem) -> FieldError {
    switch problem {
    case .fromIsNotBeforeTo: FieldError("from", "“From” must be before “To”")
    case .unreadableFrom: FieldError("from", "Enter a date and a time")
    case .unreadableTo: FieldError("to", "Enter a date and a time")
    case .unreadableEventID: FieldError("id", "Enter a whole id, a UUID")
    }
  }
}
