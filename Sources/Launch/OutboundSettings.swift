package import Configuration
import Domain
package import Outbound

extension OutboundRules {
  /// - Parameter totalTimeoutMilliseconds: nil: that of an attempt.
  package init(_ settings: Settings, totalTimeoutMilliseconds: Int? = nil) {
    self.init(
      policy: AddressPolicy(
        allow: settings.endpointAllow, ownHosts: Set([settings.baseURL?.host].compactMap { $0 }),
        ownAddresses: OwnAddresses.all()), caFile: settings.endpointCAFile,
      totalTimeoutMilliseconds: totalTimeoutMilliseconds
        ?? Int(settings.attemptTimeout.milliseconds),
      userAgent: "Patchbay/\(Version.current)")
  }
}
