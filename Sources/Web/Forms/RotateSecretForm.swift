import Crypto
import Domain

/// The form that makes a new secret.
struct RotateSecretForm {
  let formID: UUID?
  private(set) var answers: RotateSecretPage.Answers
  private(set) var errors: [FieldError] = []
  private var ownSecret: Secret?

  /// - Parameter needsEnd: Two secrets sign already: the older one can only be ended.
  /// - Throws: `Query.Malformed` when a field is there twice that may be there once.
  init(_ form: Query, scheme: Webhook.SignatureScheme, needsEnd: Bool) throws(Query.Malformed) {
    formID = try form.formID()
    let overlap = try form.one("overlap").flatMap(Overlap.read)
    var problems: [FieldError] = []
    answers = RotateSecretPage.Answers(
      overlap: overlap ?? Overlap.standard,
      scheme: try form.choice(
        "signature", of: Webhook.SignatureScheme.words, standard: scheme,
        mend: SignatureChoice.mend, &problems),
      usesOwnSecret: try form.choice(
        "secret_source", of: OwnSecret.sources, standard: false, mend: OwnSecret.mend, &problems),
      endsOlder: try form.one("end_older") == "1")
    errors += problems
    if overlap == nil {
      errors.append(FieldError("overlap", "Choose how long the old secret keeps working"))
    }
    if needsEnd, !answers.endsOlder {
      errors.append(FieldError("end_older", "Tick to end the old secret, or wait"))
    }
    checkSecret(try form.one("secret")?.trimmingSpaces ?? "")
  }

  /// Nil while something needs mending.
  func secret() throws -> Secret? {
    guard errors.isEmpty else { return nil }
    return try ownSecret
      ?? Secret(answers.scheme, bytes: Random.bytes(Secret.byteCount(for: answers.scheme)))
  }

  private mutating func checkSecret(_ text: String) {
    guard answers.usesOwnSecret else { return }
    if answers.scheme == .v1a {
      errors.append(FieldError("secret", Secret.ownIsShared))
    } else {
      ownSecret = Secret(own: text)
      if ownSecret == nil { errors.append(FieldError("secret", Secret.mend)) }
    }
  }
}
