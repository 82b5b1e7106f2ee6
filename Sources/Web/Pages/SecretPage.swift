import Domain

/// The signing secret of a webhook, right after it was made: shown once, to one session.
struct SecretPage {
  enum Secret {
    case shown(String)
    /// It was shown before, or its ten minutes are over.
    case alreadyShown(lastFour: String)
    /// Of an Ed25519 pair, whose private key stays with us.
    case publicKey([UInt8])
  }

  let shell: Shell
  let webhookID: Webhook.ID
  let webhookName: String
  let secret: Secret
  /// What there was to say when the webhook was saved.
  var notes: [String] = []

  func render() -> HTML {
    Frame(
      title: title, section: .webhooks,
      content: """
        \(PageHead(
          back: (shell.links(.webhooks), "Webhooks"), heading: HTML(title), lede: lede
        ).render())
        \(notes.map { Notice(tone: .warn, title: HTML($0)).render() })
        \(card)
        """
    ).render(in: shell)
  }

  private var title: String {
    switch secret {
    case .shown: "Copy your signing secret"
    case .alreadyShown: "This secret has already been shown"
    case .publicKey: "Copy your public key"
    }
  }

  private var lede: HTML {
    switch secret {
    case .shown:
      "This is the only time we show it. It signs every request to “\(webhookName)”."
    case .alreadyShown(let lastFour):
      "We can’t show it again. It ends in <code>\(lastFour)</code>."
    case .publicKey:
      "Every request to “\(webhookName)” is signed with its private half, which stays with us."
    }
  }

  private var goOn: HTML {
    """
    <a class="button primary" href="\(shell.links(.webhook(webhookID)))">Go to \(webhookName)</a>
    """
  }

  private var card: HTML {
    switch secret {
    case .shown(let text): return card(text)
    case .alreadyShown: return "<p class=\"buttons\">\(goOn)</p>"
    case .publicKey(let key): return card(key)
    }
  }

  private func card(_ key: [UInt8]) -> HTML {
    """
    <div class="card once">
    <div class="part"><p>\(PublicKey(key: key).render())</p>
    <p class="hint">It is no secret, and stays on the webhook’s page.</p></div>
    <div class="part">
    <h2>Check each request with it</h2>
    <ol class="steps">
    <li><h3>Put the signed text together</h3><p>The headers <code>webhook-id</code> and \
    <code>webhook-timestamp</code> and the body as it came, joined by dots.</p></li>
    <li><h3>Verify the signature</h3><p>Ed25519 over that text, with the 32 bytes behind \
    <code>whpk_</code>, base64 decoded, as the public key, for each value in \
    <code>webhook-signature</code> after <code>v1a,</code>, base64 decoded.</p></li>
    <li><h3>Accept if one is good</h3><p>Refuse a timestamp more than five minutes away.</p></li>
    </ol>
    </div>
    <div class="part foot">\(goOn)</div>
    </div>
    """
  }

  private func card(_ text: String) -> HTML {
    """
    <div class="card once">
    <div class="part">
    <div class="field"><label for="secret">Signing secret</label>
    <div class="row"><input class="full mono" id="secret" type="text" readonly value="\(text)" \
    autocomplete="off" spellcheck="false" data-lpignore="true" data-select>\
    \(CodeBlock.copyButton(of: "secret", "signing secret"))</div></div>
    <p class="hint">Keep it where your system keeps its passwords, not in its code.</p>
    </div>
    <div class="part">
    <h2>Check each request with it</h2>
    <ol class="steps">
    <li><h3>Put the signed text together</h3><p>The headers <code>webhook-id</code> and \
    <code>webhook-timestamp</code> and the body as it came, joined by dots.</p></li>
    <li><h3>Compute the signature</h3><p>HMAC-SHA-256 over that text, with the bytes behind \
    <code>whsec_</code>, base64 decoded, as the key; then base64 of the result.</p></li>
    <li><h3>Compare</h3><p>It must equal one of the values in <code>webhook-signature</code>, \
    after <code>v1,</code>. Refuse a timestamp more than five minutes away.</p></li>
    </ol>
    \(Snippets().render())
    <p class="hint"><a href="\(shell.links(.checkSignature()))">Check a signature step by step</a></p>
    </div>
    <div class="part foot">\(goOn)</div>
    </div>
    """
  }
}
