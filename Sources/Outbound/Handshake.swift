import Curl
package import Domain

/// Connecting to an endpoint without asking it anything.
package enum Handshake {
  package enum Finding: Equatable, Sendable {
    /// nil over plain http.
    case good(validUntil: Timestamp?)
    /// One of its addresses is not for us.
    case refused
    /// Nobody answered in time.
    case noAnswer
    /// Somebody answered, but not with TLS as we know it.
    case noTLS
    case certificate(CertificateTrouble)
  }

  /// Looks up, connects and shakes hands over TLS, and hangs up before a request.
  /// - Parameter milliseconds: Longest wait.
  package static func attempt(_ url: EndpointURL, rules: OutboundRules, milliseconds: Int) throws
    -> Finding
  {
    let pool = try ExchangePool(
      maxConnections: 1, authorities: CertificateAuthorities(adding: rules.caFile))
    let result = try pool.perform(
      ExchangeRequest(
        .get, url.text,
        options: rules.options(for: url, bodyLimitBytes: 0, timeoutMilliseconds: milliseconds),
        onlyConnects: true),
      check: AddressGuard(url, rules).check)
    if result.addressWasRefused { return .refused }
    if result.isConnected {
      return .good(validUntil: result.certificate.map { Timestamp(seconds: $0.validUntil) })
    }
    if let fault = result.certificateFault {
      return .certificate(CertificateTrouble(fault, result.certificate))
    }
    return result.code.isTLS ? .noTLS : .noAnswer
  }
}

extension CertificateTrouble {
  fileprivate init(_ fault: CertificateFault, _ seen: CertificateSeen?) {
    self =
      switch fault {
      case .expired: seen.map { .ended(Timestamp(seconds: $0.validUntil)) } ?? .other
      case .notYetValid: seen.map { .notYetValid(Timestamp(seconds: $0.validFrom)) } ?? .other
      case .wrongName: .wrongName
      case .unknownAuthority where seen?.isIncomplete == true: .incomplete
      case .unknownAuthority, .selfSigned: .unknownIssuer
      case .other: .other
      }
  }
}
