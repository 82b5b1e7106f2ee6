/// When access ends, and when it is renewed.
package struct RenewalPlan: Sendable, Equatable {
  /// nil: the access token does not expire.
  package let lifetimeSeconds: Int?
  /// nil: never.
  package let refreshInSeconds: Int?

  package init(_ provider: Provider, lifetimeSeconds: Int?, hasRefreshToken: Bool) {
    let lifetime = lifetimeSeconds ?? (hasRefreshToken ? provider.assumedLifetimeSeconds : nil)
    self.lifetimeSeconds = lifetime
    guard hasRefreshToken else {
      refreshInSeconds = nil
      return
    }
    // Early enough for a provider that is away for a while, but never for most of a short life.
    let beforeEnd = lifetime.map { max($0 - min(900, max(60, $0 / 10)), $0 / 2) }
    let beforeIdle = provider.idleLimitDays.map { $0 * 86_400 / 2 }
    refreshInSeconds = [beforeEnd, beforeIdle].compactMap { $0 }.min()
  }
}

extension AppID {
  /// Where providers send browsers back to, below the public address.
  package var callbackPath: String { "/apps/\(rawValue)/callback" }
}
