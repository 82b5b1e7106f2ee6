import COpenSSL

/// Derives a key from a password slowly and with much memory. Source: RFC 7914.
package enum Scrypt {
  package struct Parameters: Sendable, Equatable {
    /// The cost N as its logarithm to the base 2.
    package var logN: Int
    /// Block size; 128 · r · N bytes of memory are used.
    package var r: Int
    /// Parallelization: how often the work is done, one after the other.
    package var p: Int

    package init(logN: Int, r: Int, p: Int) {
      self.logN = logN
      self.r = r
      self.p = p
    }
  }

  /// - Parameter length: Of the result, in bytes.
  /// - Throws: `CryptoError.invalidInput` for parameters outside what RFC 7914 section 2 allows, or
  ///   beyond 2^24 for N, r or p.
  ///
  /// The corresponding C function is `EVP_PBE_scrypt`.
  package static func derive(
    password: [UInt8], salt: [UInt8], parameters: Parameters, length: Int
  ) throws(CryptoError) -> [UInt8] {
    let (logN, r, p) = (parameters.logN, parameters.r, parameters.p)
    let limit = 1 << 24
    guard 1...24 ~= logN, 1...limit ~= r, 1...limit ~= p, r * p < 1 << 30, length > 0 else {
      throw .invalidInput("scrypt parameters logN \(logN), r \(r), p \(p)")
    }
    let n = 1 << logN
    // What OpenSSL counts: the blocks and the vector. Its own limit, 32 MiB, is below every
    // recommended setting, so we pass what these parameters need.
    let memory = 128 * r * (n + p + 2)
    var key = [UInt8](repeating: 0, count: length)
    let result = password.withUnsafeBytes { password in
      EVP_PBE_scrypt(
        password.baseAddress?.assumingMemoryBound(to: CChar.self), password.count, salt, salt.count,
        UInt64(n), UInt64(r), UInt64(p), UInt64(memory), &key, length)
    }
    try check(result)
    return key
  }
}
