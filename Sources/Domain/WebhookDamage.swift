/// What of a webhook does not open with the key that sealed it: it was changed, or copied from another
/// row, column or user. Nothing makes it readable again, so its user has to put something else there. A
/// key that the ring lacks is no damage: what it sealed opens when the key is back.
package struct WebhookDamage: Sendable, Equatable, CustomStringConvertible {
  package enum Part: Sendable, Equatable {
    /// The one that counts; or there is none.
    case secret
    /// One that signs along until its overlap is over.
    case olderSecret
    /// The value of the header with this name.
    case header(String)
  }

  /// At least one.
  package let parts: [Part]

  /// - Returns: nil where there are none.
  package init?(_ parts: [Part]) {
    guard !parts.isEmpty else { return nil }
    self.parts = parts
  }

  package var hasSecret: Bool { parts.contains(.secret) }
  package var hasOlderSecret: Bool { parts.contains(.olderSecret) }

  package var headerNames: [String] {
    parts.compactMap { part in if case .header(let name) = part { name } else { nil } }
  }

  /// For the log: where, and nothing of what. `secret, header x-key`
  package var description: String {
    parts.map { part in
      switch part {
      case .secret: "secret"
      case .olderSecret: "older secret"
      case .header(let name): "header \(name)"
      }
    }.joined(separator: ", ")
  }
}
