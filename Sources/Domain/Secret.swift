import Crypto

/// What a webhook's deliveries are signed with.
///
/// `v1`: `whsec_` and base64 of 24 to 64 key bytes. `v1a`: `whsk_` and base64 of the 32 bytes of
/// the seed and the 32 of the public key; its public half is `whpk_` and base64.
/// Source: Standard Webhooks, "Signature scheme".
package struct Secret: Sendable {
  private enum Key {
    case shared([UInt8])
    case pair(Ed25519.PrivateKey)
  }

  private let key: Key

  /// Random bytes of a secret that we make: 24, whose base64 never ends in `=`, or a seed.
  package static func byteCount(for scheme: Webhook.SignatureScheme) -> Int {
    switch scheme {
    case .v1: 24
    case .v1a: 32
    }
  }

  /// A new one from random bytes, or a stored one from its `bytes`.
  /// - Throws: `CryptoError` when the bytes are no key of that scheme.
  package init(_ scheme: Webhook.SignatureScheme, bytes: [UInt8]) throws {
    switch scheme {
    case .v1: key = .shared(bytes)
    case .v1a: key = .pair(try Ed25519.PrivateKey(seed: bytes))
    }
  }

  /// A user's own secret, exactly as it was given; nil with `Secret.mend` as what to say.
  package init?(own text: String) {
    guard text.utf8.starts(with: "whsec_".utf8),
      let bytes = Base64.standard.decode(text.dropFirst(6)), (24...64).contains(bytes.count)
    else { return nil }
    key = .shared(bytes)
  }

  package static let mend =
    "Secret must begin with whsec_, followed by the base64 of 24 to 64 bytes"

  package static let ownIsShared =
    "An own secret is for HMAC alone; the key pair of Ed25519 is made for you"

  package var scheme: Webhook.SignatureScheme {
    switch key {
    case .shared: .v1
    case .pair: .v1a
    }
  }

  /// The key bytes, or the seed of a key pair: what is stored, sealed.
  package var bytes: [UInt8] {
    switch key {
    case .shared(let bytes): bytes
    case .pair(let pair): pair.seed
    }
  }

  /// What is shown once.
  package var text: String {
    switch key {
    case .shared(let bytes): "whsec_" + Base64.standard.encode(bytes)
    case .pair(let pair): "whsk_" + Base64.standard.encode(pair.seed + pair.publicKey)
    }
  }

  /// The 32 bytes that a receiver of `v1a` checks with; nil for `v1`.
  package var publicKey: [UInt8]? {
    switch key {
    case .shared: nil
    case .pair(let pair): pair.publicKey
    }
  }

  /// `whpk_` and the base64 of a public key.
  package static func publicKeyText(_ publicKey: [UInt8]) -> String {
    "whpk_" + Base64.standard.encode(publicKey)
  }

  /// What it is known by afterwards: the end of what a person keeps, which of a pair is the public key.
  package var lastFour: String {
    String((publicKey.map(Self.publicKeyText) ?? text).suffix(4))
  }

  /// The signature of `content` as it stands in the header: `v1,` or `v1a,` and base64.
  /// - Throws: `CryptoError`
  func sign(_ content: [UInt8]) throws -> String {
    switch key {
    case .shared(let bytes):
      "v1," + Base64.standard.encode(try HMAC.sha256(content, key: bytes))
    case .pair(let pair):
      "v1a," + Base64.standard.encode(try pair.sign(content))
    }
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "Secret(\(scheme.rawValue), …\(lastFour))" }
  package var debugDescription: String { description }
  // `dump` and a failed expectation print the mirror, which would show the key.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
