import Domain

/// What most people leave as it is: own headers, limits, order; folded until it is needed.
struct MoreOptions {
  struct Answers {
    /// Names of headers that were typed in; their values never come back to a page.
    var rows: [String] = []
    /// Names of existing headers that a new value was typed for; it does not come back either.
    var replaced: Set<String> = []
    /// Names of existing headers that shall go.
    var removed: Set<String> = []
    var maxInFlight = ""
    var maxPerSecond = ""
    var isOrdered = false

    var isUntouched: Bool {
      rows.isEmpty && replaced.isEmpty && removed.isEmpty && maxInFlight.isEmpty
        && maxPerSecond.isEmpty && !isOrdered
    }
  }

  let answers: Answers
  /// Names of the headers that there are.
  var existing: [String] = []
  /// Stands before the limits.
  var signature = HTML()
  var isOpen = false
  /// Names of those headers whose value does not open any more.
  var damaged: [String] = []
  let errors: FormErrors

  func render() -> HTML {
    """
    <details class="part more" id="more"\(HTML.flag("open", when: isOpen || !errors.list.isEmpty))>\
    <summary>\(Icon.chevronDown)More options</summary>
    \(signature)
    \(headers)
    <fieldset class="options"><legend>Pace</legend>
    \(limit(
      "max_in_flight", "Most in flight (optional)", answers.maxInFlight,
      "Deliveries that your system gets at the same time, 1 to 64."
    ))
    \(limit(
      "max_per_second", "Most per second (optional)", answers.maxPerSecond,
      "Deliveries that are started in one second, 1 to 1,000."
    ))
    <p class="tick"><input type="checkbox" id="ordered" name="ordered" value="1"\
    \(HTML.flag("checked", when: answers.isOrdered)) aria-describedby="ordered-hint">\
    <label for="ordered">Strict order</label>\
    <span class="sub" id="ordered-hint">One at a time: the next goes only after the one before was \
    delivered or given up.</span></p>
    </fieldset>
    </details>
    """
  }

  private func limit(_ name: String, _ label: String, _ value: String, _ hint: String) -> HTML {
    TextField(
      name: name, label: label, hint: hint, value: value,
      attributes: " type=\"text\" inputmode=\"numeric\" maxlength=\"5\" autocomplete=\"off\""
    ).render(errors)
  }

  private var headers: HTML {
    let rows = answers.rows.isEmpty ? [""] : answers.rows
    return """
      <fieldset class="options" id="headers" tabindex="-1"><legend>Headers of your own</legend>
      <p class="hint">Sent with every request. Values are kept sealed and never shown again.</p>
      \(errors.message(for: "headers"))
      \(existing.enumerated().map { kept($1, $0 + 1) })
      \(rows.enumerated().map { row($1, $0 + 1) })
      <button class="button plain small" name="add_header" value="1" formnovalidate data-add-row>\
      \(Icon.plus)Add another header</button>
      </fieldset>
      """
  }

  /// A header that there is: a new value replaces the old one.
  private func kept(_ name: String, _ number: Int) -> HTML {
    let id = "kept-\(number)"
    let words: String? =
      if answers.replaced.contains(name) {
        "Enter it again: values are not sent back."
      } else if damaged.contains(name) {
        "Our copy of the value is damaged. Enter it again, or remove the header."
      } else {
        nil
      }
    let now = damaged.contains(name) ? "(damaged)" : "(now ••••; leave empty to keep it)"
    let hint: HTML? = words.map { "<p class=\"hint\" id=\"\(id)-hint\">\($0)</p>" }
    return """
      <div class="pair"><div class="field"><label for="\(id)">New value of <code>\(name)</code> \
      <span class="sub">\(now)</span></label>
      \(hint)\(errors.message(for: id))
      <div class="row"><input type="hidden" name="kept_name" value="\(name)">\
      <input class="full mono" id="\(id)" name="kept_value" type="text" autocomplete="off" \
      spellcheck="false" data-lpignore="true"\(errors.ties(for: id, hasHint: hint != nil))></div></div>
      <p class="tick"><input type="checkbox" id="\(id)-remove" name="remove" value="\(name)"\
      \(HTML.flag("checked", when: answers.removed.contains(name)))>\
      <label for="\(id)-remove">Remove <span class="unseen">\(name)</span></label></p></div>

      """
  }

  private func row(_ name: String, _ number: Int) -> HTML {
    let (nameID, valueID) = ("header-name-\(number)", "header-value-\(number)")
    let hint: HTML? =
      name.isEmpty
      ? nil
      : "<p class=\"hint\" id=\"\(valueID)-hint\">Enter it again: values are not sent back.</p>"
    return """
      <div class="pair" data-row><div class="field"><label for="\(nameID)">Header \
      <span class="unseen">\(number) </span>name</label>
      \(errors.message(for: nameID))
      <div class="row"><input class="full mono" id="\(nameID)" name="header_name" type="text" \
      maxlength="\(CustomHeader.nameLimit)" autocomplete="off" spellcheck="false" \
      autocapitalize="none" value="\(name)"\(errors.ties(for: nameID, hasHint: false))></div></div>
      <div class="field"><label for="\(valueID)">Value<span class="unseen"> of header \
      \(number)</span></label>
      \(hint)\(errors.message(for: valueID))
      <div class="row"><input class="full mono" id="\(valueID)" name="header_value" type="text" \
      autocomplete="off" spellcheck="false" data-lpignore="true"\
      \(errors.ties(for: valueID, hasHint: hint != nil))></div></div></div>

      """
  }
}
