/// Why an endpoint's certificate will not do.
package enum CertificateTrouble: Equatable, Sendable {
  case ended(Timestamp)
  case notYetValid(Timestamp)
  case wrongName
  case unknownIssuer
  /// It came without the certificate between it and a known issuer.
  case incomplete
  case other
}
