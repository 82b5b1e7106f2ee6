import Domain

/// What narrows the audit log. A GET form, so that every view has an address.
struct AuditFilterForm {
  let shell: Shell
  let filter: AuditFilter
  let problems: [AuditFilter.Problem]

  func render() -> HTML {
    let clear: HTML? =
      filter.narrows
      ? "<a class=\"button quiet\" href=\"\(shell.links(.admin(.audit())))\">Clear</a>" : nil
    let isOpen = filter.narrows || !problems.isEmpty
    return """
      <details class="fold filter"\(HTML.flag("open", when: isOpen))>
      <summary>\(Icon.filter)<span>Filter</span>\(Icon.chevronDown)</summary>
      <form class="filters" method="get" action="\(shell.links(.admin(.audit())))" novalidate>
      \(text("person", "Person", filter.person, type: "email"))
      \(SelectField("group", "Kind", filter.group?.rawValue, groups).render())
      \(text("reference", "Id or reference", filter.reference, type: "text"))
      \(SelectField("when", "When", filter.span?.rawValue, DeliveryFilter.Span.options).render())
      \(MomentField("from", "From", filter.from).render(errors))
      \(MomentField("to", "To", filter.to).render(errors))
      <div class="go"><button class="button plain">Show</button>\(clear)</div>
      </form>
      </details>
      """
  }

  private var errors: FormErrors {
    FormErrors(
      list: problems.map { problem in
        switch problem {
        case .fromIsNotBeforeTo: FieldError("from", "“From” must be before “To”")
        case .unreadableFrom: FieldError("from", "Enter a date and a time")
        case .unreadableTo: FieldError("to", "Enter a date and a time")
        case .nobody: FieldError("person", "Nobody has this e-mail address")
        }
      })
  }

  private func text(_ name: String, _ label: String, _ value: String?, type: String) -> HTML {
    """
    <div class="field"><label for="\(name)">\(label)</label>\(errors.message(for: name))\
    <input type="\(type)" id="\(name)" name="\(name)" autocomplete="off" spellcheck="false" \
    value="\(value ?? "")"\(errors.ties(for: name, hasHint: false))></div>
    """
  }

  private var groups: [(value: String, label: String)] {
    [("", "All")] + AuditFilter.Group.allCases.map { ($0.rawValue, $0.label) }
  }
}
