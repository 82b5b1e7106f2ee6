package import Configuration
import Domain
package import Outbound

extension OutboundRules {
  package init(_ settings: Settings) {
    self.init(
      policy: AddressPolicy(
        allow: settings.endpointAllow, ownHosts: Set([settings.baseURL?.host].compactMap { $0 }),
        ownAddresses: OwnAddresses.all()), caFile: settings.endpointCAFile,
      totalTimeoutMilliseconds: Int(settings.attemptTimeout.milliseconds),
      userAgent: "Patchbay/\(Version.current)")
  }
}
