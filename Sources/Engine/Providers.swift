package import Domain
package import Outbound
package import Store

/// What calls to providers are held to.
package struct ProviderRules: Sendable {
  let outbound: OutboundRules
  /// The public address with the prefix.
  let base: String

  /// - Parameter base: `https://app.example.com/settings/integrations`, without a slash at its end.
  package init(outbound: OutboundRules, base: String) {
    self.outbound = outbound
    self.base = base
  }

  /// Where a provider sends browsers back to: from the configuration alone, never from a request.
  package func redirectURI(of app: AppID) -> String { base + app.callbackPath }
}

/// What pages, the API and the worker do at providers. Belongs to one thread.
package struct Providers {
  let stores: Stores
  let caller: ProviderCaller
  package let rules: ProviderRules
  /// Tells the operator of what is sealed and does not open: what that means, and where it is.
  let report: (String, any Error) -> Void

  package init(
    stores: Stores, rules: ProviderRules, report: @escaping (String, any Error) -> Void
  ) {
    self.stores = stores
    self.rules = rules
    self.report = report
    caller = ProviderCaller(rules: rules.outbound)
  }

  /// The app's provider and how it knows us.
  /// - Throws: `ProviderFailure.notSetUp`, also where the client secret is damaged: an administrator has
  ///   to enter it again. `StoreError.notFound`.
  func client(of app: AppID) throws -> (provider: Provider, client: ProviderClient) {
    do {
      guard let provider = try stores.apps.find(app).app.provider,
        let client = try stores.apps.client(of: app)
      else { throw ProviderFailure.notSetUp }
      return (provider, client)
    } catch SealError.changedOrMoved {
      report("the client secret of \(app) has to be entered again", SealError.changedOrMoved)
      throw ProviderFailure.notSetUp
    }
  }

  func call(_ request: ProviderRequest) throws(ProviderFailure) -> ProviderAnswer {
    try caller.call(request)
  }
}
