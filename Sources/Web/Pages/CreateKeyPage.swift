import Domain

/// The form that makes an API key.
///
/// Fields, beside `csrf` and `form_id`: `name`, `scopes` (once for each box), `expires` (`30d`, `90d`,
/// `1y` or `never`).
struct CreateKeyPage {
  /// When a key ends.
  enum Lifetime: String, CaseIterable {
    case month = "30d"
    case quarter = "90d"
    case year = "1y"
    case never

    var days: Int? {
      switch self {
      case .month: 30
      case .quarter: 90
      case .year: 365
      case .never: nil
      }
    }

    fileprivate var label: String {
      switch self {
      case .month: "In 30 days"
      case .quarter: "In 90 days"
      case .year: "In a year"
      case .never: "Never"
      }
    }
  }

  /// What is filled in.
  struct Answers {
    var name = ""
    var scopes: Set<APIScope> = []
    /// nil where none that exists was chosen.
    var lifetime: Lifetime? = .quarter
  }

  let shell: Shell
  var holder = KeyHolder.person
  /// Says that two submissions are one.
  let formID: String
  var answers = Answers()
  var errors: [FieldError] = []
  /// The person has as many keys as there may be: said above the form.
  var isAtLimit = false

  func render() -> HTML {
    let errors = FormErrors(
      list: errors,
      targets: [
        "scopes": Self.id(of: holder.scopes[0]), "expires": "expires-\(Lifetime.month.rawValue)",
      ])
    return Frame(
      title: title, hasErrors: !errors.list.isEmpty, section: holder.section,
      content: """
        \(PageHead(
          back: (shell.links(holder.list()), holder.heading), errors: errors, heading: HTML(title),
          lede: "Create one for each program, so that you can revoke it alone."
        ).render())
        \(limit)
        \(form(errors))
        """
    ).render(in: shell)
  }

  private var title: String { holder == .person ? "Create key" : "Create service key" }

  private var limit: HTML {
    guard isAtLimit else { return HTML() }
    let limit = Words.number(shell.site.keyLimit)
    return Notice(
      tone: .warn, title: "You have \(limit) of \(limit) keys. Revoke one to create another."
    ).render()
  }

  private func form(_ errors: FormErrors) -> HTML {
    let name = TextField(
      name: "name", label: "Name", hint: "The program that will use it, such as “Deploy pipeline”.",
      value: answers.name,
      attributes:
        " type=\"text\" required maxlength=\"\(APIKeyDraft.nameLimit)\" autocomplete=\"off\"")
    return """
      <form class="card once" method="post" action="\(shell.links(holder.list()))" novalidate \
      data-busy="Creating…">
      \(shell.tokenField)<input type="hidden" name="form_id" value="\(formID)">
      <div class="part">\(name.render(errors))</div>
      <fieldset class="part"><legend>What it can do</legend>
      \(errors.message(for: "scopes"))
      <div class="picker">\(holder.scopes.map(box))</div>
      </fieldset>
      <fieldset class="part"><legend>When it ends</legend>
      \(errors.message(for: "expires"))
      <div class="radios">\(Lifetime.allCases.map(radio))</div>
      <p class="hint" id="never-hint">A key that never ends is a risk if it leaks.</p>
      </fieldset>
      <div class="part foot"><button class="button primary">Create key</button> \
      <a class="button quiet" href="\(shell.links(holder.list()))">Cancel</a></div>
      </form>
      """
  }

  private static func id(of scope: APIScope) -> String { "scope-\(scope.rawValue)" }

  private func box(_ scope: APIScope) -> HTML {
    let id = Self.id(of: scope)
    return """
      <div class="event scope"><input type="checkbox" id="\(id)" name="scopes" \
      value="\(scope.rawValue)"\(HTML.flag("checked", when: answers.scopes.contains(scope))) \
      aria-describedby="\(id)-meaning"><label for="\(id)">\(scope.label)</label>\
      <span class="meaning" id="\(id)-meaning">\(holder == .person ? scope.meaning : scope.meaningForSite)</span></div>

      """
  }

  private func radio(_ lifetime: Lifetime) -> HTML {
    let id = "expires-\(lifetime.rawValue)"
    return """
      <span class="radio"><input type="radio" id="\(id)" name="expires" \
      value="\(lifetime.rawValue)"\(HTML.flag("checked", when: lifetime == answers.lifetime))\
      \(HTML.attribute("aria-describedby", lifetime == .never ? "never-hint" : nil))>\
      <label for="\(id)">\(lifetime.label)</label></span>

      """
  }
}
