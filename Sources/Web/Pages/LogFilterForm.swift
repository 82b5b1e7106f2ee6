import Domain

/// What narrows a delivery log. A GET form, so that every view has an address.
struct LogFilterForm {
  let shell: Shell
  let webhook: Webhook
  let eventTypes: [EventType]
  let filter: DeliveryFilter

  func render() -> HTML {
    let clear: HTML? =
      filter.narrows
      ? "<a class=\"button quiet\" href=\"\(shell.links(.webhook(webhook.id)))\">Clear</a>" : nil
    return """
      <details class="fold filter"\(HTML.flag("open", when: !filter.problems.isEmpty))>
      <summary>\(Icon.filter)<span>Filter</span>\(Icon.chevronDown)</summary>
      <form class="filters" method="get" action="\(shell.links(.webhook(webhook.id)))" novalidate>
      \(SelectField("status", "Status", filter.status?.rawValue, statuses).render())
      \(SelectField("event", "Event", filter.event, events).render())
      \(SelectField("answer", "Answer", filter.answer?.rawValue, DeliveryFilter.Answer.options).render())
      \(SelectField("when", "When", filter.span?.rawValue, DeliveryFilter.Span.options).render())
      \(MomentField("from", "From", filter.from).render(errors))
      \(MomentField("to", "To", filter.to).render(errors))
      \(eventIDField)
      <div class="go"><button class="button plain">Show</button>\(clear)</div>
      </form>
      </details>
      """
  }

  private var statuses: [(value: String, label: String)] {
    DeliveryFilter.Status.options(with: filter.status)
  }

  private var events: [(value: String, label: String)] {
    var names =
      switch webhook.events {
      case .all: eventTypes.map(\.name)
      case .chosen(let names): names
      }
    if let event = filter.event, !names.contains(event) { names.append(event) }
    return [("", "All events")] + names.map { ($0, $0) }
  }

  private var eventIDField: HTML {
    """
    <div class="field"><label for="id">Event id</label>\(errors.message(for: "id"))\
    <input type="text" id="id" name="id" autocomplete="off" spellcheck="false" \
    value="\(filter.eventID?.description ?? "")"\(errors.ties(for: "id", hasHint: false))></div>
    """
  }

  private var errors: FormErrors {
    FormErrors(list: filter.problems.map { $0.error(idMend: "Enter an event’s whole id, a UUID") })
  }
}

extension DeliveryFilter.Problem {
  func error(idMend: String) -> FieldError {
    switch self {
    case .fromIsNotBeforeTo: FieldError("from", "“From” must be before “To”")
    case .unreadableFrom: FieldError("from", "Enter a date and a time")
    case .unreadableTo: FieldError("to", "Enter a date and a time")
    case .unreadableEventID: FieldError("id", idMend)
    }
  }
}

extension DeliveryFilter.Status {
  var label: String {
    switch self {
    case .delivered: "Delivered"
    case .failed: "Failed"
    case .retrying: "Retrying"
    case .waiting: "Waiting"
    case .held: "Not sent"
    case .pending: "Waiting or retrying"
    }
  }

  /// For a `SelectField`. "Pending" comes from addresses alone: here people see its two halves.
  static func options(with chosen: Self?) -> [(value: String, label: String)] {
    [("", "All")]
      + allCases.filter { $0 != .pending || chosen == .pending }.map { ($0.rawValue, $0.label) }
  }
}

extension DeliveryFilter.Answer {
  var label: String {
    switch self {
    case .success, .redirect, .refused, .broken: rawValue
    case .none: "No answer"
    }
  }

  /// For a `SelectField`.
  static var options: [(value: String, label: String)] {
    [("", "All")] + allCases.map { ($0.rawValue, $0.label) }
  }
}

extension DeliveryFilter.Span {
  var label: String {
    switch self {
    case .hour: "Last hour"
    case .day: "Last 24 hours"
    case .week: "Last 7 days"
    case .month: "Last 30 days"
    }
  }

  /// For a `SelectField`.
  static var options: [(value: String, label: String)] {
    [("", "Any time")] + allCases.map { ($0.rawValue, $0.label) }
  }
}

/// A filter in words, under the heading of the log and where it finds nothing.
struct FilterWords {
  let filter: DeliveryFilter
  let now: Timestamp

  /// `Failed · lead.created · since 22 Nov, 14:05`
  var sentence: HTML {
    var parts: [HTML] = []
    if let status = filter.status { parts.append(HTML(status.label)) }
    if let event = filter.event { parts.append(HTML(event)) }
    if let answer = filter.answer { parts.append("answered \(answer.label.lowercased())") }
    if let id = filter.eventID { parts.append("event \(id.description)") }
    if let range { parts.append(range) }
    guard let first = parts.first else { return "All, newest first" }
    return parts.dropFirst().reduce(first) { "\($0) · \($1)" }
  }

  /// `No failed deliveries of lead.created since 22 Nov, 14:05`
  var nothing: HTML {
    """
    No \(filter.status.map { $0.label.lowercased() + " " } ?? "")deliveries\
    \(filter.event.map { " of " + $0 } ?? "")\
    \(filter.answer.map { " answered " + $0.label.lowercased() } ?? "")\
    \(filter.eventID.map { " of event " + $0.description } ?? "")\(range.map { " \($0)" as HTML })
    """
  }

  private var range: HTML? {
    func text(_ moment: Timestamp) -> HTML {
      TimeText(moment: moment, form: .minute, now: now).html
    }
    return switch (filter.from, filter.to) {
    case (let from?, let to?): "from \(text(from)) to \(text(to))"
    case (let from?, nil): "since \(text(from))"
    case (nil, let to?): "before \(text(to))"
    case (nil, nil): filter.span.map { "in the \($0.label.lowercased())" }
    }
  }
}
