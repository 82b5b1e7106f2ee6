import Curl
package import Domain

/// What every request to somebody else's server is held to.
package struct OutboundRules: Sendable {
  /// Where requests may go.
  package let policy: AddressPolicy
  /// A file of certificates trusted beside the system's.
  package let caFile: String?
  /// Look-up, connect and TLS together.
  package let connectTimeoutMilliseconds: Int
  package private(set) var totalTimeoutMilliseconds: Int
  /// `Patchbay/VERSION`.
  package let userAgent: String

  package init(
    policy: AddressPolicy, caFile: String?, connectTimeoutMilliseconds: Int = 5_000,
    totalTimeoutMilliseconds: Int, userAgent: String
  ) {
    self.policy = policy
    self.caFile = caFile
    self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    self.totalTimeoutMilliseconds = totalTimeoutMilliseconds
    self.userAgent = userAgent
  }

  /// The same, with no attempt longer than this.
  package func limited(toMilliseconds milliseconds: Int) -> OutboundRules {
    var rules = self
    rules.totalTimeoutMilliseconds = min(totalTimeoutMilliseconds, milliseconds)
    return rules
  }

  /// A kept connection is used again within this time; many receivers close theirs after a minute.
  private static let idleLimitSeconds = 50
  private static let headerLimitBytes = 64 * 1_024
  /// Everything received, chunk framing and all.
  private static let rawLimitBytes = 256 * 1_024

  func options(
    for url: EndpointURL, bodyLimitBytes: Int, timeoutMilliseconds: Int? = nil
  ) -> ExchangeOptions {
    ExchangeOptions(
      connectTimeoutMilliseconds: timeoutMilliseconds ?? connectTimeoutMilliseconds,
      totalTimeoutMilliseconds: timeoutMilliseconds ?? totalTimeoutMilliseconds,
      bodyLimitBytes: bodyLimitBytes, headerLimitBytes: Self.headerLimitBytes,
      rawLimitBytes: Self.rawLimitBytes, idleLimitSeconds: Self.idleLimitSeconds,
      keepsConnection: true, allowsPlainHTTP: url.scheme == .http)
  }
}
