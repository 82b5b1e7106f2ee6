package import Domain

/// What every request to somebody else's server is held to.
package struct OutboundRules: Sendable {
  /// What the operator lets through the address guard.
  package let allow: EndpointAllow
  /// A file of certificates trusted beside the system's.
  package let caFile: String?
  /// Look-up, connect and TLS together.
  package let connectTimeoutMilliseconds: Int
  package let totalTimeoutMilliseconds: Int
  /// `Patchbay/VERSION`.
  package let userAgent: String

  package init(
    allow: EndpointAllow, caFile: String?, connectTimeoutMilliseconds: Int = 5_000,
    totalTimeoutMilliseconds: Int, userAgent: String
  ) {
    self.allow = allow
    self.caFile = caFile
    self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    self.totalTimeoutMilliseconds = totalTimeoutMilliseconds
    self.userAgent = userAgent
  }

  static let headerLimitBytes = 64 * 1_024
  /// Everything received, chunk headers and all.
  static let rawLimitBytes = 256 * 1_024
}
