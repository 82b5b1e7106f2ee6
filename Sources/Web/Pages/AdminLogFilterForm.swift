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
    let problems = filter.log.problems.map { $0.error(idMend: "Enter a whole id, a UUID") }
    self.errors = FormErrors(list: errors + problems)
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
      \(SelectField("status", "Status", filter.log.status?.rawValue, statuses).render())
      \(SelectField("event", "Event", filter.log.event, events).render())
      \(SelectField("answer", "Answer", filter.log.answer?.rawValue, DeliveryFilter.Answer.options).render())
      \(text("code", "Answer’s number", filter.code, " inputmode=\"numeric\""))
      \(SelectField("when", "When", filter.log.span?.rawValue, spans).render())
      \(MomentField("from", "From", filter.log.from).render(errors))
      \(MomentField("to", "To", filter.log.to).render(errors))
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

  private var statuses: [(value: String, label: String)] {
    DeliveryFilter.Status.options(with: filter.log.status)
  }

  private var events: [(value: String, label: String)] {
    var names = eventTypes.map(\.name)
    if let event = filter.log.event, !names.contains(event) { names.append(event) }
    return [("", "All events")] + names.map { ($0, $0) }
  }

  /// Nothing is searched without a time.
  private var spans: [(value: String, label: String)] {
    [("", "Last hour")]
      + DeliveryFilter.Span.allCases.filter { $0 != .hour || filter.log.span == .hour }
      .map { ($0.rawValue, $0.label) }
  }
}
