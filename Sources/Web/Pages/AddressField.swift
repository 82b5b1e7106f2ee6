import Domain

/// The endpoint URL with what the address check says of it: advice, never an error.
struct AddressField {
  let shell: Shell
  let value: String
  var finding: AddressAdvice?

  func render(_ errors: FormErrors) -> HTML {
    let isWrong = errors["endpoint_url"] != nil
    let ties = [
      "endpoint_url-hint", isWrong ? "endpoint_url-error" : nil, "endpoint_url-finding",
    ].compactMap { $0 }
    return """
      <div class="field" data-check-address>
      <label for="endpoint_url">Endpoint URL</label>
      <p class="hint" id="endpoint_url-hint">A public https address that accepts POST.</p>\
      \(errors.message(for: "endpoint_url"))
      <div class="row"><input class="full code" id="endpoint_url" name="endpoint_url" type="url" \
      required autocomplete="off" spellcheck="false" autocapitalize="none" value="\(value)" \
      aria-describedby="\(ties.joined(separator: " "))"\
      \(HTML.attribute("aria-invalid", isWrong ? "true" : nil))>\
      <button class="button plain" formaction="\(shell.links(.checkAddress))" formnovalidate>Check \
      address</button></div>
      <p class="finding \((finding?.tone ?? .neutral).rawValue)" id="endpoint_url-finding" \
      role="status">\(finding?.text ?? "")</p>
      </div>
      """
  }
}
