package import Configuration
import Domain
package import Outbound

extension OutboundRules {
  package init(_ settings: Settings) {
    self.init(
      allow: settings.endpointAllow, caFile: settings.endpointCAFile,
      totalTimeoutMilliseconds: Int(settings.attemptTimeout.milliseconds),
      userAgent: "Patchbay/\(Version.current)")
  }
}
