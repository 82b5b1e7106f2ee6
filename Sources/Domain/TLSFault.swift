/// Why no secure connection to an endpoint was made.
package enum TLSFault: String, Sendable, CaseIterable {
  case expired
  case notYetValid = "not_yet_valid"
  case wrongName = "wrong_name"
  /// From an issuer that is not known, or without the certificates between it and a known one.
  case unknownIssuer = "unknown_issuer"
  case selfSigned = "self_signed"
  /// Something else about the certificate, such as a key that is too short.
  case certificate
  /// The two did not agree on a version or a cipher, or the port does not speak TLS.
  case handshake
}
