import COpenSSL

/// Bytes nobody can predict, fit for keys and tokens.
package enum Random {
  /// - Throws: `CryptoError.library` when there is no entropy.
  ///
  /// The corresponding C function is `RAND_bytes`.
  package static func bytes(_ count: Int) throws(CryptoError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    try check(RAND_bytes(&bytes, Int32(count)))
    return bytes
  }

  /// 64 such bits; the same C function.
  package static func uint64() throws(CryptoError) -> UInt64 {
    var bits: UInt64 = 0
    let result = withUnsafeMutableBytes(of: &bits) { bytes in
      RAND_bytes(bytes.assumingMemoryBound(to: UInt8.self).baseAddress, Int32(bytes.count))
    }
    try check(result)
    return bits
  }
}
