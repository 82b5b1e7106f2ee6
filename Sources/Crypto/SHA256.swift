import COpenSSL

/// Source: FIPS 180-4.
package enum SHA256 {
  /// The 32-byte digest. The corresponding C function is `SHA256`.
  package static func hash(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
      COpenSSL.SHA256(bytes, bytes.count, digest.baseAddress)
      count = 32
    }
  }
}
