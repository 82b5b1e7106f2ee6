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
      \(select("group", "Kind", groups))
      \(text("reference", "Id or reference", filter.reference, type: "text"))
      \(select("when", "When", spans))
      \(moment("from", "From", filter.from))
      \(moment("to", "To", filter.to))
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

  private var groups: [HTML] {
    [option("", "All", isChosen: filter.group == nil)]
      + AuditFilter.Group.allCases.map {
        option($0.rawValue, $0.label, isChosen: filter.group == $0)
      }
  }

  private var spans: [HTML] {
    [option("", "Any time", isChosen: filter.span == nil)]
      + DeliveryFilter.Span.allCases.map {
        option($0.rawValue, $0.label, isChosen: filter.span == $0)
      }
  }

  /// The script shows and reads it in the reader's own time zone.
  private func moment(_ name: String, _ label: String, _ value: Timestamp?) -> HTML {
    let text = value.map { $0.seconds % 60 == 0 ? $0.rfc3339.prefix(16) : $0.rfc3339.prefix(19) }
    return """
      <div class="field"><label for="\(name)">\(label)<span class="zone"> (UTC)</span></label>\
      \(errors.message(for: name))\
      <input type="datetime-local" id="\(name)" name="\(name)" data-local \
      value="\(text.map(String.init) ?? "")"\(errors.ties(for: name, hasHint: false))></div>
      """
  }
}
