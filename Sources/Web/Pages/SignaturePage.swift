import Domain

/// Checks a signature as a receiver should, and says which step fails and why.
///
/// Fields, beside `csrf`: `secret`, `headers` (a line each), `body`. The secret is never sent back.
struct SignaturePage {
  let shell: Shell
  var headers = ""
  var body = ""
  /// Whose headers and body are filled in.
  var delivery: Delivery?
  /// Of a check that was made.
  var findings: [SignatureCheck.Finding]?

  func render() -> HTML {
    Frame(
      title: title, section: .webhooks,
      content: """
        \(PageHead(
          back: back, heading: "Check a signature",
          lede: """
            Paste what your system got, and see which step fails and why. Nothing of it is stored.
            """
        ).render())
        \(result)
        <form class="card" method="post" action="\(shell.links(.checkSignature()))" novalidate \
        data-in-place data-busy="Checking…">
        \(shell.tokenField)
        <div class="part">
        \(TextField(
          name: "secret", label: "Signing secret",
          hint: "whsec_…, or the public key whpk_… of Ed25519. It is used for this check alone.",
          attributes: """
             type="text" autocomplete="off" spellcheck="false" autocapitalize="none" \
            data-lpignore="true"
            """, style: .code
        ).render(FormErrors(list: [])))
        \(area("headers", "Headers", "webhook-id, webhook-timestamp, webhook-signature: a line each.",
          headers, rows: 4))
        \(area("body", "Body", "The raw bytes, before any parsing.", body, rows: 10))
        </div>
        <div class="part foot"><button class="button primary">Check signature</button></div>
        </form>
        <section class="card" aria-labelledby="code-heading">
        <div class="part"><h2 id="code-heading">Code that checks it</h2>
        \(Snippets().render())</div></section>
        """
    ).render(in: shell)
  }

  private var title: String {
    guard let findings else { return "Check a signature" }
    return findings.allSatisfy { $0.verdict == .good }
      ? "The signature is good" : "The signature is not good"
  }

  private var back: (link: String, label: String) {
    if let delivery {
      let link = shell.links(.delivery(delivery.id, of: delivery.webhookID))
      return (link, delivery.eventType)
    }
    return (shell.links(.webhooks), "Webhooks")
  }

  private func area(_ name: String, _ label: String, _ hint: String, _ text: String, rows: Int)
    -> HTML
  {
    """
    <div class="field"><label for="\(name)">\(label)</label>\
    <p class="hint" id="\(name)-hint">\(hint)</p>\
    <textarea id="\(name)" name="\(name)" rows="\(rows)" spellcheck="false" autocomplete="off" \
    autocapitalize="none" aria-describedby="\(name)-hint">\("\n" + text)</textarea></div>
    """
  }

  private var result: HTML {
    guard let findings else { return HTML() }
    return """
      <section class="card findings" aria-labelledby="result-heading" data-say="\(title)">
      <div class="bar"><h2 id="result-heading" tabindex="-1" data-result>\(title)</h2></div>
      <ol class="timeline plain">
      \(findings.map { finding in
        """
        <li class="\(finding.verdict.tone)"><div><span class="node">\(finding.verdict.icon)</span>\
        <span class="line"><b>\(finding.step.label)</b> \
        <span class="sub">\(finding.verdict.word)</span></span>\
        <span class="advice">\(finding.text)</span></div></li>

        """
      })</ol>
      </section>
      """
  }
}

extension SignatureCheck.Step {
  fileprivate var label: String {
    switch self {
    case .secret: "Secret"
    case .headers: "Headers"
    case .timestamp: "Time"
    case .signature: "Signature"
    }
  }
}

extension SignatureCheck.Verdict {
  fileprivate var tone: String {
    switch self {
    case .good: "ok"
    case .bad: "bad"
    case .skipped: "neutral"
    }
  }

  fileprivate var word: String {
    switch self {
    case .good: "good"
    case .bad: "fails"
    case .skipped: "not checked"
    }
  }

  fileprivate var icon: Icon {
    switch self {
    case .good: .check
    case .bad: .cross
    case .skipped: .minus
    }
  }
}
