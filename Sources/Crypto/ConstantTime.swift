import COpenSSL

/// Whether two secrets are equal, in a time that tells nothing of where they differ.
///
/// Of different lengths they are unequal at once: a length is no secret. The corresponding C function
/// is `CRYPTO_memcmp`.
package func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
  a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}
