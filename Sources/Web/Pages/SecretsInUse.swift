import Domain

/// The secrets that sign a webhook's requests, in a cell of its facts.
struct SecretsInUse {
  let shell: Shell
  let webhook: Webhook
  /// The newest first.
  let secrets: [SecretFacts]

  func render() -> HTML {
    """
    \(secrets.first.map(newest))\(secrets.dropFirst().map(older))\
    <span class="sub"><a href="\(shell.links(.rotateSecret(webhook.id)))" data-confirm-link>Make \
    new secret</a></span>
    """
  }

  private func newest(_ secret: SecretFacts) -> HTML {
    """
    \(ending(secret))<span class="sub">made \
    \(TimeText(moment: secret.createdAt, form: .minute, now: shell.now).html)</span>
    """
  }

  private func older(_ secret: SecretFacts) -> HTML {
    guard let end = secret.expiresAt else { return HTML() }
    let time = TimeText(moment: end, form: .minute, now: shell.now).html
    return """
      <span class="older">\(ending(secret))<span class="sub">the old one, signs along until \(time) \
      <a href="\(shell.links(.endOverlap(webhook.id)))" data-confirm-link>End now\
      <span class="unseen"> the secret that ends in \(secret.lastFour)</span></a></span></span>
      """
  }

  private func ending(_ secret: SecretFacts) -> HTML {
    """
    <span class="unseen">ends in </span><code><span aria-hidden="true">•••• </span>\
    \(secret.lastFour)</code>
    """
  }
}

/// What receivers of Ed25519 signatures check with; no secret.
struct PublicKey {
  let key: [UInt8]
  /// Of the element, which can be copied from.
  var id = "public-key"

  func render() -> HTML {
    """
    <code class="breakable" id="\(id)">\(Secret.publicKeyText(key))</code>\
    \(CodeBlock.copyButton(of: id, "public key"))
    """
  }
}
