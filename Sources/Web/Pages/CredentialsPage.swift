import Domain

/// The form for keys of an app that has no OAuth.
struct CredentialsPage {
  let shell: Shell
  let app: App
  let form: CredentialForm
  let isReplacing: Bool
  /// What was entered, secrets left out.
  var values: [String: String] = [:]
  var region: String?
  var errors: [FieldError] = []
  /// The provider did not answer.
  var isSilent = false

  private var formErrors: FormErrors {
    FormErrors(list: errors, targets: ["region": "region-\(form.regions.first?.name ?? "")"])
  }

  func render() -> HTML {
    Frame(
      title: heading, hasErrors: !errors.isEmpty, section: .apps,
      content: """
        \(PageHead(
          back: (shell.links(.app(app.id)), app.name), errors: formErrors,
          heading: HTML(heading)
        ).render())
        <form class="card" method="post" action="\(shell.links(.credentials(app.id)))" novalidate \
        data-busy="Checking…">\(shell.tokenField)
        <div class="part"><p>\(form.findThem)</p></div>
        <div class="part">
        \(form.fields.map(field))\(regions)
        </div>
        <div class="part foot"><button class="button primary">Check and connect</button> \
        \(isSilent ? Self.saveAnyway : nil)\
        <a class="button quiet" href="\(shell.links(.app(app.id)))">Cancel</a></div>
        </form>
        """
    ).render(in: shell)
  }

  private static let saveAnyway: HTML = """
    <button class="button plain" name="unchecked" value="on">Save without checking</button> \

    """

  private var heading: String {
    isReplacing ? "Replace the \(app.name) keys" : "Connect \(app.name)"
  }

  private func field(_ field: CredentialForm.Field) -> HTML {
    let type: HTML =
      field.isSecret
      ? " type=\"password\" autocomplete=\"new-password\" required"
      : field.isNumber
        ? " type=\"text\" inputmode=\"numeric\" autocomplete=\"off\" required"
        : field.isOptional
          ? " type=\"text\" autocomplete=\"off\""
          : " type=\"text\" autocomplete=\"off\" required"
    return TextField(
      name: field.name, label: field.label + (field.isOptional ? " (optional)" : ""),
      hint: field.hint, value: values[field.name] ?? "",
      attributes: "\(type) spellcheck=\"false\" autocapitalize=\"none\""
    ).render(formErrors)
  }

  private var regions: HTML {
    let chosen = region ?? form.regions.first?.name
    return """
      <fieldset class="field"><legend>Data is kept in</legend>\(formErrors.message(for: "region"))
      <div class="radios">\(form.regions.map { region in
        """
        <span class="radio"><input type="radio" id="region-\(region.name)" name="region" \
        value="\(region.name)"\(HTML.flag("checked", when: region.name == chosen))>\
        <label for="region-\(region.name)">\(region.label)</label></span>

        """
      })</div></fieldset>
      """
  }
}
