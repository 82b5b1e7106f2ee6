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
      \(select("status", "Status", statusOptions))
      \(select("event", "Event", eventOptions))
      \(select("answer", "Answer", answerOptions))
      \(select("when", "When", spanOptions))
      \(moment("from", "From", filter.from, errors.from))
      \(moment("to", "To", filter.to, errors.to))
      \(eventIDField)
      <div class="go"><button class="button plain">Show</button>\(clear)</div>
      </form>
      </details>
      """
  }

  private func select(_ name: String, _ label: String, _ options: [HTML]) -> HTML {
    """
    <div class="field"><label for="\(name)">\(label)</label>\
    <div class="select"><select id="\(name)" name="\(name)">\(options)</select>\
    \(Icon.chevronDown)</div></div>
    """
  }

  private func option(_ value: String, _ label: String, isChosen: Bool) -> HTML {
    "<option value=\"\(value)\"\(HTML.flag("selected", when: isChosen))>\(label)</option>"
  }

  private var statusOptions: [HTML] {
    var options = [option("", "All", isChosen: filter.status == nil)]
    // "Pending" comes from addresses alone: here people see its two halves.
    for status in DeliveryFilter.Status.allCases
    where status != .pending || filter.status == .pending {
      options.append(option(status.rawValue, status.label, isChosen: filter.status == status))
    }
    return options
  }

  private var eventOptions: [HTML] {
    var names =
      switch webhook.events {
      case .all: eventTypes.map(\.name)
      case .chosen(let names): names
      }
    if let event = filter.event, !names.contains(event) { names.append(event) }
    return [option("", "All events", isChosen: filter.event == nil)]
      + names.map { option($0, $0, isChosen: $0 == filter.event) }
  }

  private var answerOptions: [HTML] {
    [option("", "All", isChosen: filter.answer == nil)]
      + DeliveryFilter.Answer.allCases.map {
        option($0.rawValue, $0.label, isChosen: filter.answer == $0)
      }
  }

  private var spanOptions: [HTML] {
    [option("", "Any time", isChosen: filter.span == nil)]
      + DeliveryFilter.Span.allCases.map {
        option($0.rawValue, $0.label, isChosen: filter.span == $0)
      }
  }

  private var eventIDField: HTML {
    let errors = FormErrors(list: errors.id.map { [FieldError("id", $0)] } ?? [])
    return """
      <div class="field"><label for="id">Event id</label>\(errors.message(for: "id"))\
      <input type="text" id="id" name="id" autocomplete="off" spellcheck="false" \
      value="\(filter.eventID?.description ?? "")"\(errors.ties(for: "id", hasHint: false))></div>
      """
  }

  /// The script shows and reads it in the reader's own time zone.
  private func moment(_ name: String, _ label: String, _ value: Timestamp?, _ error: String?)
    -> HTML
  {
    // Without seconds where there are none, as the field itself shows it.
    let text = value.map { $0.seconds % 60 == 0 ? $0.rfc3339.prefix(16) : $0.rfc3339.prefix(19) }
    let errors = FormErrors(list: error.map { [FieldError(name, $0)] } ?? [])
    return """
      <div class="field"><label for="\(name)">\(label)<span class="zone"> (UTC)</span></label>\
      \(errors.message(for: name))\
      <input type="datetime-local" id="\(name)" name="\(name)" data-local \
      value="\(text.map(String.init) ?? "")"\(errors.ties(for: name, hasHint: false))></div>
      """
  }

  private var errors: (from: String?, to: String?, id: String?) {
    var errors: (from: String?, to: String?, id: String?)
    for problem in filter.problems {
      switch problem {
      case .fromIsNotBeforeTo: errors.from = "“From” must be before “To”"
      case .unreadableFrom: errors.from = "Enter a date and a time"
      case .unreadableTo: errors.to = "Enter a date and a time"
      case .unreadableEventID: errors.id = "Enter an event’s whole id, a UUID"
      }
    }
    return errors
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
}

extension DeliveryFilter.Answer {
  var label: String {
    switch self {
    case .success, .redirect, .refused, .broken: rawValue
    case .none: "No answer"
    }
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
