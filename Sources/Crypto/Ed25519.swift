import COpenSSL

/// Signatures that anybody can verify with a public key. Source: RFC 8032, the pure variant.
package enum Ed25519 {
  private static let keyBytes = 32
  private static let signatureBytes = 64

  package struct PrivateKey: Sendable {
    /// 32 bytes; the secret.
    package let seed: [UInt8]
    /// 32 bytes.
    package let publicKey: [UInt8]
    private let key: Key

    /// - Throws: `CryptoError.invalidInput` when the seed does not have 32 bytes.
    package init(seed: [UInt8]) throws(CryptoError) {
      guard seed.count == keyBytes else {
        throw .invalidInput("a seed of Ed25519 has 32 bytes")
      }
      key = try Key(seed: seed)
      publicKey = try key.publicBytes()
      self.seed = seed
    }

    package static func generate() throws(CryptoError) -> PrivateKey {
      try PrivateKey(seed: try Random.bytes(keyBytes))
    }

    /// 64 bytes. The corresponding C function is `EVP_DigestSign`.
    package func sign(_ message: [UInt8]) throws(CryptoError) -> [UInt8] {
      let context = try Context()
      try check(EVP_DigestSignInit(context.handle, nil, nil, nil, key.handle))
      var signature = [UInt8](repeating: 0, count: signatureBytes)
      var length = signatureBytes
      try check(EVP_DigestSign(context.handle, &signature, &length, message, message.count))
      return signature
    }
  }

  /// Whether `signature` is one of `message` by the owner of `publicKey`. False also for a signature
  /// or key that is none. The corresponding C function is `EVP_DigestVerify`.
  package static func verify(
    signature: [UInt8], message: [UInt8], publicKey: [UInt8]
  ) -> Bool {
    // Whatever fails here fails for the one reason that the input is not what it should be.
    defer { drainErrors() }
    guard let key = try? Key(publicBytes: publicKey), let context = try? Context() else {
      return false
    }
    return EVP_DigestVerifyInit(context.handle, nil, nil, nil, key.handle) == 1
      && EVP_DigestVerify(
        context.handle, signature, signature.count, message, message.count) == 1
  }

  /// Owns an `EVP_PKEY`.
  ///
  /// `@unchecked Sendable`: it is not changed after its making, and OpenSSL lets many threads sign
  /// and verify with one key, each with its own context.
  private final class Key: @unchecked Sendable {
    let handle: OpaquePointer  // EVP_PKEY *

    init(seed: [UInt8]) throws(CryptoError) {
      handle = try made(EVP_PKEY_new_raw_private_key(NID_ED25519, nil, seed, seed.count))
    }

    init(publicBytes: [UInt8]) throws(CryptoError) {
      handle = try made(
        EVP_PKEY_new_raw_public_key(NID_ED25519, nil, publicBytes, publicBytes.count))
    }

    deinit {
      EVP_PKEY_free(handle)
    }

    func publicBytes() throws(CryptoError) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: keyBytes)
      var length = keyBytes
      try check(EVP_PKEY_get_raw_public_key(handle, &bytes, &length))
      return bytes
    }
  }

  /// One operation's state. Owns an `EVP_MD_CTX`.
  private struct Context: ~Copyable {
    let handle: OpaquePointer  // EVP_MD_CTX *

    init() throws(CryptoError) {
      handle = try made(EVP_MD_CTX_new())
    }

    deinit {
      EVP_MD_CTX_free(handle)
    }
  }
}
