package import Domain

/// What the configuration says about the pages and the API.
package struct WebSettings: Sendable {
  package enum Authentication: Sendable {
    /// Our own sign-in page.
    case password
    /// nginx has signed the person in and says who it is by `PATCHBAY_USER`.
    case host
  }

  /// `/settings/integrations`, without a slash at the end.
  package let prefix: String
  /// `https://app.example.com`, what `Origin` must be.
  package let origin: String
  package let isHTTPS: Bool
  package let authentication: Authentication
  package let maxWebhooks: Int
  package let endpointAllow: EndpointAllow
  package let schedule: RetrySchedule
  /// Of the program, for the addresses of assets.
  package let version: String
  /// Tells lingering workers that something is due.
  package let wakeWorkers: @Sendable () -> Void
  /// For password hashes, 32 MiB each.
  package let hashPermits: Permits
  /// For what talks to other people's servers inside a request; fewer than there are threads, so
  /// that pages are always answered.
  package let outgoingPermits: Permits

  package init(
    prefix: String, origin: String, isHTTPS: Bool, authentication: Authentication,
    maxWebhooks: Int, endpointAllow: EndpointAllow, schedule: RetrySchedule, version: String,
    wakeWorkers: @escaping @Sendable () -> Void, hashPermits: Permits, outgoingPermits: Permits
  ) {
    self.prefix = prefix
    self.origin = origin
    self.isHTTPS = isHTTPS
    self.authentication = authentication
    self.maxWebhooks = maxWebhooks
    self.endpointAllow = endpointAllow
    self.schedule = schedule
    self.version = version
    self.wakeWorkers = wakeWorkers
    self.hashPermits = hashPermits
    self.outgoingPermits = outgoingPermits
  }
}

/// So many at once, over all threads; the main keeps the count.
package struct Permits: Sendable {
  /// False when none is free.
  package let take: @Sendable () -> Bool
  package let giveBack: @Sendable () -> Void

  package init(take: @escaping @Sendable () -> Bool, giveBack: @escaping @Sendable () -> Void) {
    self.take = take
    self.giveBack = giveBack
  }
}
