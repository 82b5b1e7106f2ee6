import Curl
package import Domain

/// Looking a name up without going there.
package enum NameLookup {
  package enum Finding: Equatable, Sendable {
    /// It has addresses; whether the guard lets all of them through.
    case found(allAreAllowed: Bool)
    /// No answer in time, or no address.
    case notFound
  }

  /// - Parameter milliseconds: Longest wait.
  package static func find(_ url: EndpointURL, rules: OutboundRules, milliseconds: Int) throws
    -> Finding
  {
    let pool = try ExchangePool(
      maxConnections: 1, authorities: CertificateAuthorities(adding: nil))
    let isAllowed = AddressGuard(url, rules).check
    let result = try pool.perform(
      ExchangeRequest(
        .get, url.text,
        options: rules.options(for: url, bodyLimitBytes: 0, timeoutMilliseconds: milliseconds),
        onlyLooksUp: true),
      check: isAllowed)
    guard !result.candidates.isEmpty else { return .notFound }
    return .found(allAreAllowed: result.candidates.allSatisfy(isAllowed))
  }
}
