/// Each algorithm once on a published example, and random bytes, before a program takes up its work: a
/// library that was exchanged or miscompiled must not sign or seal anything, nor one without entropy
/// make keys.
package enum SelfTest {
  /// - Throws: `Failure` with the name of what gave another answer, or no answer.
  package static func run() throws(Failure) {
    for (name, holds) in tests {
      guard (try? holds()) == true else { throw Failure(algorithm: name) }
    }
  }

  package struct Failure: Error, Equatable, CustomStringConvertible {
    package let algorithm: String

    package var description: String { "\(algorithm): no answer, or a wrong one" }
  }

  private static let tests: [(String, @Sendable () throws -> Bool)] = [
    ("random bytes", random), ("AES-256-GCM", aesGCM), ("HMAC-SHA-256", hmac), ("scrypt", scrypt),
    ("Ed25519", ed25519),
  ]

  private static func random() throws -> Bool {
    try Random.bytes(32) != Random.bytes(32)
  }

  /// Source: NIST CAVP, gcmtestvectors, `gcmEncryptExtIV256.rsp`, a plaintext of 128 bits.
  private static func aesGCM() throws -> Bool {
    let key = bytes("31bdadd96698c204aa9ce1448ea94ae1fb4a9a0b3c9d773b51bb1822666b8f22")
    let plaintext = bytes("2db5168e932556f8089a0622981d017d")
    let nonce = bytes("0d18e06c7c725ac9e362e1ce")
    var sealed = try AESGCM.seal(plaintext, key: key, nonce: nonce, associatedData: [])
    let expected =
      nonce + bytes("fa4362189661d163fcd6a56d8bf0405ad636ac1bbedd5cc3ee727dc2ab4a9489")
    guard sealed == expected,
      try AESGCM.open(sealed, key: key, associatedData: []) == plaintext
    else { return false }
    sealed[sealed.count - 1] ^= 1
    return (try? AESGCM.open(sealed, key: key, associatedData: [])) == nil
  }

  /// Source: RFC 4231 section 4.3.
  private static func hmac() throws -> Bool {
    try HMAC.sha256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
      == bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  }

  /// Source: RFC 7914 section 12, the first.
  private static func scrypt() throws -> Bool {
    try Scrypt.derive(
      password: [], salt: [], parameters: Scrypt.Parameters(logN: 4, r: 1, p: 1), length: 32)
      == bytes("77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442")
  }

  /// Source: RFC 8032 section 7.1, the second.
  private static func ed25519() throws -> Bool {
    let key = try Ed25519.PrivateKey(
      seed: bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    let signature = try key.sign([0x72])
    return signature
      == bytes(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
          + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
      && Ed25519.verify(signature: signature, message: [0x72], publicKey: key.publicKey)
      && !Ed25519.verify(signature: signature, message: [0x73], publicKey: key.publicKey)
  }

  private static func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }
}
