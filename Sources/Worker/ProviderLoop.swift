import Domain
package import Engine
package import Logging
package import Store

/// The thread that calls providers: renews access before it ends, and takes back grants that were
/// given up. Each connection and each grant is claimed by itself, so several workers share the work.
package struct ProviderLoop {
  private static let intervalMilliseconds: Int64 = 1_000
  private static let limit = 50

  private let stores: Stores
  private let providers: Providers
  private let isStopping: () -> Bool
  private let wait: (Int64) -> Void
  private let logger: Logger

  /// - Parameter wait: Returns after so many milliseconds, or sooner when the worker stops.
  package init(
    stores: Stores, rules: ProviderRules, isStopping: @escaping () -> Bool,
    wait: @escaping (Int64) -> Void, logger: Logger
  ) {
    self.stores = stores
    providers = Providers(stores: stores, rules: rules) { what, error in
      logger.error("\(what)", metadata: ["error": "\(error)"])
    }
    self.isStopping = isStopping
    self.wait = wait
    self.logger = logger
  }

  /// Runs until the worker stops. What fails is logged and tried again.
  package func run() {
    repeat {
      attempt("renew") { _ = try providers.renewDue(limit: Self.limit, isStopping: isStopping) }
      attempt("end abandoned connections") { try endAbandoned() }
      attempt("end connections given up") { try endGivenUp() }
      attempt("give back unchosen grants") { try giveBackUnchosen() }
      attempt("revoke") { try revokeDue() }
      attempt("remove old") {
        try stores.connectRequests.removeOld(rows: Self.limit)
        try stores.revocations.removeOld(rows: Self.limit)
      }
      wait(Self.intervalMilliseconds)
    } while !isStopping()
  }

  /// Of users who were deleted.
  private func endAbandoned() throws {
    try forEach(stores.revocations.abandoned(limit: Self.limit)) { one in
      _ = try providers.disconnect(one.app, of: one.user, mayCall: true, by: .worker)
    }
  }

  /// Of apps from which an administrator has disconnected everybody; `revokeDue` goes on with each.
  private func endGivenUp() throws {
    try forEach(stores.apps.givenUp(limit: Self.limit)) { one in
      do {
        _ = try providers.disconnect(one.app, of: one.user, mayCall: false, by: .worker)
      } catch StoreError.notFound {
        // Its person was first.
      }
    }
  }

  private func giveBackUnchosen() throws {
    try forEach(stores.connectRequests.unchosen(limit: Self.limit)) { request in
      try providers.giveBack(request)
    }
  }

  private func revokeDue() throws {
    try forEach(stores.revocations.takeDue(limit: Self.limit)) { id in
      try providers.revoke(id, by: .worker)
    }
  }

  /// What does not open keeps nothing else waiting; the first is logged.
  private func forEach<Item>(_ items: [Item], _ body: (Item) throws -> Void) throws {
    var locked: SealError?
    for item in items where !isStopping() {
      do {
        try body(item)
      } catch let error as SealError {
        locked = locked ?? error
      }
    }
    if let locked { throw locked }
  }

  private func attempt(_ task: String, _ body: () throws -> Void) {
    do {
      try body()
    } catch {
      logger.error("providers", metadata: ["task": "\(task)", "error": "\(error)"])
    }
  }
}
