/// What lets one person set a password, once: an invitation, or the reset of a password that is lost.
package struct OneTimeLink: Sendable {
  package enum Kind: String, Sendable {
    case invitation, reset

    package var lifetimeSeconds: Int64 {
      switch self {
      case .invitation: 7 * 86_400
      case .reset: 30 * 60
      }
    }
  }

  /// The secret in its address: 32 random bytes. Only their hash is stored.
  package struct Token: Sendable {
    package let bytes: [UInt8]

    package init(random bytes: [UInt8]) {
      self.bytes = bytes
    }

    /// nil for anything that `text` never gives.
    package init?(_ text: some StringProtocol) {
      guard let bytes = Base64.url.decode(text), bytes.count == 32 else { return nil }
      self.bytes = bytes
    }

    /// 43 characters, as they stand in the address.
    package var text: String { Base64.url.encode(bytes) }
  }

  package let kind: Kind
  package let expiresAt: Timestamp

  package init(kind: Kind, expiresAt: Timestamp) {
    self.kind = kind
    self.expiresAt = expiresAt
  }
}

extension OneTimeLink.Token: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  package var description: String { "Token(…)" }
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: []) }
}
