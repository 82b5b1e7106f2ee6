package import Domain
package import Engine

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
  package let maxKeys: Int
  /// Test sends and address checks of one person, each.
  package let testLimit: Rate
  package let schedule: RetrySchedule
  package let retention: Interval
  package let payloadRetention: Interval
  package let disableAfter: Interval
  /// For administrators to read.
  package let configuration: ShownConfiguration
  /// Of the program, for the addresses of assets.
  package let version: String
  package let addresses: AddressCheck
  package let testSend: TestSend
  package let providers: ProviderRules
  /// For what talks to other people's servers inside a request; fewer than there are threads, so
  /// that pages are always answered.
  package let outgoingPermits: Permits
  /// For calls that read a whole log, however long: far fewer than there are threads.
  package let countPermits: Permits
  /// For password hashes, 32 MiB each.
  package let hashPermits: Permits
  /// Counts a call of a user's API key, over all threads, and says whether it may go on.
  package let countCall: @Sendable (_ key: UUID) -> RateStanding
  /// Tells lingering workers that something is due.
  package let wakeWorkers: @Sendable () -> Void
  /// Whether there is a mail server that brings one-time links.
  package let mailsLinks: Bool

  package init(
    prefix: String, origin: String, isHTTPS: Bool, authentication: Authentication,
    maxWebhooks: Int, maxKeys: Int, testLimit: Rate, schedule: RetrySchedule, retention: Interval,
    payloadRetention: Interval, disableAfter: Interval, configuration: ShownConfiguration,
    version: String,
    addresses: AddressCheck, testSend: TestSend,
    providers: ProviderRules, outgoingPermits: Permits, countPermits: Permits, hashPermits: Permits,
    countCall: @escaping @Sendable (_ key: UUID) -> RateStanding,
    wakeWorkers: @escaping @Sendable () -> Void, mailsLinks: Bool
  ) {
    self.prefix = prefix
    self.origin = origin
    self.isHTTPS = isHTTPS
    self.authentication = authentication
    self.maxWebhooks = maxWebhooks
    self.maxKeys = maxKeys
    self.testLimit = testLimit
    self.schedule = schedule
    self.retention = retention
    self.payloadRetention = payloadRetention
    self.disableAfter = disableAfter
    self.configuration = configuration
    self.version = version
    self.addresses = addresses
    self.testSend = testSend
    self.providers = providers
    self.outgoingPermits = outgoingPermits
    self.countPermits = countPermits
    self.hashPermits = hashPermits
    self.countCall = countCall
    self.wakeWorkers = wakeWorkers
    self.mailsLinks = mailsLinks
  }

  var addressPolicy: AddressPolicy { addresses.policy }

  /// Judges an address whose text is good. Never fails for want of a permit: it is saved then,
  /// unseen.
  func judge(_ url: EndpointURL) throws -> AddressCheck.Verdict {
    guard outgoingPermits.take() else {
      return .doubtful(warning: "We could not check the address just now.")
    }
    defer { outgoingPermits.giveBack() }
    return try addresses.judge(url)
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
