import Domain

extension Webhook.SignatureScheme {
  /// What people call it.
  var name: String {
    switch self {
    case .v1: "HMAC-SHA-256"
    case .v1a: "Ed25519"
    }
  }
}

/// Which way deliveries are signed.
struct SignatureChoice {
  static let mend = "Choose a kind of signature"

  let chosen: Webhook.SignatureScheme

  func render(_ errors: FormErrors) -> HTML {
    """
    <fieldset class="options"><legend>Signature</legend>
    \(errors.message(for: "signature"))<div class="choices">
    \(Choice(
      name: "signature", value: "v1", label: "HMAC-SHA-256",
      hint: "A secret that you and we share. Every library of Standard Webhooks knows it.",
      isChosen: chosen == .v1
    ).render())\(Choice(
      name: "signature", value: "v1a", label: "Ed25519",
      hint: "A key pair: we keep the private key, you check with the public one.",
      isChosen: chosen == .v1a
    ).render())</div></fieldset>
    """
  }
}
