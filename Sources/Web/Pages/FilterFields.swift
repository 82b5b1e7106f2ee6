import Domain

/// One of several values, chosen from a list.
struct SelectField {
  let name: String
  let label: String
  /// The value of the option that is chosen; nil for the one whose value is empty.
  let chosen: String?
  let options: [(value: String, label: String)]

  init(
    _ name: String, _ label: String, _ chosen: String?, _ options: [(value: String, label: String)]
  ) {
    self.name = name
    self.label = label
    self.chosen = chosen
    self.options = options
  }

  func render() -> HTML {
    """
    <div class="field"><label for="\(name)">\(label)</label>\
    <div class="select"><select id="\(name)" name="\(name)">\(options.map(option))</select>\
    \(Icon.chevronDown)</div></div>
    """
  }

  private func option(_ value: String, _ label: String) -> HTML {
    """
    <option value="\(value)"\(HTML.flag("selected", when: value == chosen ?? ""))>\(label)</option>
    """
  }
}

/// A date and a time. The field is in UTC; the script shows and reads it in the reader's own time zone.
struct MomentField {
  let name: String
  let label: String
  let value: Timestamp?

  init(_ name: String, _ label: String, _ value: Timestamp?) {
    self.name = name
    self.label = label
    self.value = value
  }

  func render(_ errors: FormErrors) -> HTML {
    // Without seconds where there are none, as the field itself shows it.
    let text = value.map { $0.seconds % 60 == 0 ? $0.rfc3339.prefix(16) : $0.rfc3339.prefix(19) }
    return """
      <div class="field"><label for="\(name)">\(label)<span class="zone"> (UTC)</span></label>\
      \(errors.message(for: name))\
      <input type="datetime-local" id="\(name)" name="\(name)" data-local \
      value="\(text.map(String.init) ?? "")"\(errors.ties(for: name, hasHint: false))></div>
      """
  }
}
