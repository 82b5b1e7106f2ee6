import Domain

extension Query {
  /// Which of a group of radio buttons was chosen.
  /// - Parameters:
  ///   - standard: What a form stands for that has no such field.
  ///   - mend: Said at the field where it says what no button says: nobody chose the standard then.
  /// - Throws: `Malformed` where the field is there twice.
  func choice<Value>(
    _ name: String, of values: [String: Value], standard: Value, mend: String,
    _ errors: inout [FieldError]
  ) throws(Malformed) -> Value {
    guard let word = try one(name) else { return standard }
    if let value = values[word] { return value }
    errors.append(FieldError(name, mend))
    return standard
  }
}

extension Webhook.SignatureScheme {
  static let words = Dictionary(
    uniqueKeysWithValues: [Webhook.SignatureScheme.v1, .v1a].map { ($0.rawValue, $0) })
}
