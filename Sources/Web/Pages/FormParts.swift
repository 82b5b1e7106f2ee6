/// What is wrong with a form that came back.
struct FormErrors {
  let list: [FieldError]
  /// The id to go to for a field whose own name is none.
  var targets: [String: String] = [:]

  /// The sentence for a field.
  subscript(field: String) -> String? {
    list.first { $0.field == field }?.message
  }

  /// Stands above the heading and takes the focus.
  var summary: HTML {
    guard !list.isEmpty else { return HTML() }
    return """
      <div class="notice bad" role="alert" tabindex="-1" data-summary>\(Icon.warning)
      <div><h2>There is a problem</h2>
      <ul class="plain">
      \(list.map { error in
        "<li><a href=\"#\(targets[error.field] ?? error.field)\">\(error.message)</a></li>\n"
      })</ul></div></div>
      """
  }

  /// Stands between hint and field.
  func message(for field: String) -> HTML {
    guard let message = self[field] else { return HTML() }
    return """
      <p class="error" id="\(field)-error">\(Icon.warning)<span><span class="unseen">Error: </span>\
      \(message)</span></p>
      """
  }

  /// What ties a field to its hint and its error.
  func ties(for field: String, hasHint: Bool) -> HTML {
    let isWrong = self[field] != nil
    let ids = (hasHint ? ["\(field)-hint"] : []) + (isWrong ? ["\(field)-error"] : [])
    return """
      \(HTML.attribute("aria-describedby", ids.isEmpty ? nil : ids.joined(separator: " ")))\
      \(HTML.attribute("aria-invalid", isWrong ? "true" : nil))
      """
  }
}

/// One line of text to be entered, with its label, hint and error.
struct TextField {
  let name: String
  let label: String
  var hint: String?
  var value = ""
  /// Written as they are: ` type="url" autocomplete="off"`.
  var attributes: HTML = " type=\"text\""
  /// Stands in the field's row, behind it.
  var button = HTML()
  var style = Style.short

  enum Style: String {
    case short, full
    case code = "full code"
  }

  func render(_ errors: FormErrors) -> HTML {
    """
    <div class="field">
    <label for="\(name)">\(label)</label>
    \(hint.map { "<p class=\"hint\" id=\"\(name)-hint\">\($0)</p>" })\
    \(errors.message(for: name))\
    <div class="row"><input class="\(style.rawValue)" id="\(name)" name="\(name)"\(attributes) \
    value="\(value)"\(errors.ties(for: name, hasHint: hint != nil))>\(button)</div>
    </div>
    """
  }
}

/// One of two big answers, with a line that explains it.
struct Choice {
  let name: String
  let value: String
  let label: String
  let hint: String
  let isChosen: Bool

  func render() -> HTML {
    """
    <div class="choice"><input type="radio" id="\(name)-\(value)" name="\(name)" value="\(value)"\
    \(HTML.flag("checked", when: isChosen)) aria-describedby="\(name)-\(value)-hint">\
    <label for="\(name)-\(value)">\(label)</label>\
    <p class="hint" id="\(name)-\(value)-hint">\(hint)</p></div>

    """
  }
}
