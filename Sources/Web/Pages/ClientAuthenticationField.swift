import Domain

/// How we show our secret to a provider, of an app that is not in the catalog.
struct ClientAuthenticationField {
  let chosen: Provider.ClientAuthentication

  func render() -> HTML {
    """
    <div class="field"><label for="client_authentication">How the secret is sent</label>\
    <p class="hint" id="client_authentication-hint">As the provider’s documentation says; most take \
    HTTP Basic</p>
    <div class="row select"><select id="client_authentication" name="client_authentication" \
    aria-describedby="client_authentication-hint">
    \(option(.basic, "HTTP Basic"))\(option(.post, "In the form"))</select>\(Icon.chevronDown)\
    </div></div>
    """
  }

  private func option(_ way: Provider.ClientAuthentication, _ words: String) -> HTML {
    """
    <option value="\(way.rawValue)"\(HTML.flag("selected", when: way == chosen))>\(words)</option>

    """
  }
}
