import Domain

/// An API key, right after it was made: shown once, to one session.
struct ShowKeyPage {
  let shell: Shell
  var holder = KeyHolder.person
  let key: APIKeyFacts
  /// The key itself; nil when it was shown before, or its ten minutes are over.
  let text: String?
  /// Of a call to try it with.
  let address: String

  func render() -> HTML {
    Frame(
      title: title, section: holder.section,
      content: """
        \(PageHead(
          back: (shell.links(holder.list()), holder.heading), heading: HTML(title), lede: lede
        ).render())
        \(text.map(card) ?? "<p class=\"buttons\">\(goOn)</p>")
        """
    ).render(in: shell)
  }

  private var title: String {
    text == nil ? "This key has already been shown" : "Copy your key"
  }

  private var lede: HTML {
    text == nil
      ? "We can’t show it again. It begins with <code>\(key.prefix)</code>."
      : "This is the only time we show it. It is for “\(key.name)”."
  }

  private var goOn: HTML {
    "<a class=\"button primary\" href=\"\(shell.links(holder.list()))\">Go to \(holder == .person ? "API keys" : "service keys")</a>"
  }

  private func card(_ text: String) -> HTML {
    let scopes = APIScope.allCases.filter(key.scopes.contains).sentence
    return """
      <div class="card once">
      <div class="part">
      <div class="field"><label for="key">API key</label>
      <div class="row"><input class="full mono" id="key" type="text" readonly value="\(text)" \
      autocomplete="off" spellcheck="false" data-lpignore="true" data-select>\
      \(CodeBlock.copyButton(of: "key", "API key"))</div></div>
      <p class="hint">Keep it where your program keeps its passwords, not in its code.</p>
      </div>
      <div class="part">
      <h2>What it can do</h2>
      <p>\(scopes).</p>
      </div>
      <div class="part">
      <h2>Send it with each call</h2>
      \(CodeBlock(
        id: "call", label: "A call with curl",
        text: "curl \(address) \\\n  -H \"Authorization: Bearer $PATCHBAY_KEY\""
      ).render())
      <p><a href="\(shell.links(.api("openapi.json")))">All calls</a>, as OpenAPI 3.1</p>
      </div>
      <div class="part foot">\(goOn)</div>
      </div>
      """
  }
}
