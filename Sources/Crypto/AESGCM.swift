import COpenSSL

/// Authenticated encryption: AES-256 in Galois/Counter Mode with a random 96-bit nonce and a 128-bit
/// tag. One key may seal 2^32 values. Source: NIST SP 800-38D.
package enum AESGCM {
  private static let keyBytes = 32
  private static let nonceBytes = 12
  private static let tagBytes = 16

  /// - Parameters:
  ///   - key: 32 bytes.
  ///   - associatedData: What the value belongs to. Not in the result; `open` needs the same.
  /// - Returns: Nonce (12 bytes), ciphertext (as long as the plaintext), tag (16 bytes).
  /// - Throws: `CryptoError.invalidInput` for a key of another length.
  package static func seal(
    _ plaintext: [UInt8], key: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    try seal(
      plaintext, key: key, nonce: try Random.bytes(nonceBytes), associatedData: associatedData)
  }

  /// The plaintext of what `seal` returned.
  /// - Throws: `CryptoError.notAuthentic` when anything differs: the value, the key or the associated
  ///   data. `CryptoError.invalidInput` for a key that does not have 32 bytes.
  package static func open(
    _ sealed: [UInt8], key: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    guard key.count == keyBytes else { throw wrongKey }
    guard sealed.count >= nonceBytes + tagBytes else { throw .notAuthentic }
    let context = try Context()
    try check(EVP_DecryptInit_ex2(context.handle, cipher, key, sealed, nil))
    try context.update(EVP_DecryptUpdate, associatedData: associatedData)
    let length = sealed.count - nonceBytes - tagBytes
    var plaintext = [UInt8](repeating: 0, count: length)
    var isAuthentic = false
    sealed.withUnsafeBytes { sealed in
      let bytes = sealed.baseAddress!.assumingMemoryBound(to: UInt8.self)
      var written: Int32 = 0
      // The tag before the end, since the end compares with it.
      let tag = UnsafeMutableRawPointer(mutating: bytes + nonceBytes + length)
      isAuthentic =
        EVP_DecryptUpdate(
          context.handle, &plaintext, &written, bytes + nonceBytes, Int32(length)) == 1
        && EVP_CIPHER_CTX_ctrl(context.handle, EVP_CTRL_AEAD_SET_TAG, Int32(tagBytes), tag) == 1
        && EVP_DecryptFinal_ex(context.handle, nil, &written) == 1
    }
    guard isAuthentic else {
      OPENSSL_cleanse(&plaintext, length)
      drainErrors()
      throw .notAuthentic
    }
    return plaintext
  }

  /// `seal` with a nonce that is given: for published vectors. A nonce used twice with one key gives
  /// both plaintexts away, so nothing else may call it.
  static func seal(
    _ plaintext: [UInt8], key: [UInt8], nonce: [UInt8], associatedData: [UInt8]
  ) throws(CryptoError) -> [UInt8] {
    guard key.count == keyBytes else { throw wrongKey }
    precondition(nonce.count == nonceBytes, "a nonce has 12 bytes")
    let context = try Context()
    try check(EVP_EncryptInit_ex2(context.handle, cipher, key, nonce, nil))
    try context.update(EVP_EncryptUpdate, associatedData: associatedData)
    var sealed = nonce
    sealed.reserveCapacity(nonceBytes + plaintext.count + tagBytes)
    sealed.append(contentsOf: repeatElement(0, count: plaintext.count + tagBytes))
    let succeeded = sealed.withUnsafeMutableBytes { sealed in
      let bytes = sealed.baseAddress!.assumingMemoryBound(to: UInt8.self) + nonceBytes
      var written: Int32 = 0
      return EVP_EncryptUpdate(
        context.handle, bytes, &written, plaintext, Int32(plaintext.count)) == 1
        && EVP_EncryptFinal_ex(context.handle, nil, &written) == 1
        && EVP_CIPHER_CTX_ctrl(
          context.handle, EVP_CTRL_AEAD_GET_TAG, Int32(tagBytes), bytes + plaintext.count) == 1
    }
    try check(succeeded)
    return sealed
  }

  private static let wrongKey = CryptoError.invalidInput("a key of AES-256 has 32 bytes")

  // EVP_CIPHER *, fetched once: fetching takes longer than sealing a token. Never freed or changed,
  // and OpenSSL's fetched algorithms may be used by many threads at once.
  private nonisolated(unsafe) static let cipher: OpaquePointer? =
    EVP_CIPHER_fetch(nil, "AES-256-GCM", nil)

  /// One operation's state. Owns an `EVP_CIPHER_CTX`.
  private struct Context: ~Copyable {
    let handle: OpaquePointer  // EVP_CIPHER_CTX *

    init() throws(CryptoError) {
      handle = try made(EVP_CIPHER_CTX_new())
    }

    deinit {
      EVP_CIPHER_CTX_free(handle)
    }

    typealias Update = (
      OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int32>?,
      UnsafePointer<UInt8>?, Int32
    ) -> Int32

    /// Bytes that go without an output are associated data.
    borrowing func update(_ update: Update, associatedData: [UInt8]) throws(CryptoError) {
      var written: Int32 = 0
      if !associatedData.isEmpty {
        try check(update(handle, nil, &written, associatedData, Int32(associatedData.count)))
      }
    }
  }
}
