package import Domain
import Store

// Providers that say when somebody has removed us there. providers.md, check 52.
extension Providers {
  package enum UninstallVerdict: Sendable, Equatable {
    /// So many connections have ended.
    case taken(Int)
    case notFromProvider
    case unreadable
    /// This provider sends no such thing.
    case unknownSignal
  }

  /// Takes Pipedrive's word that an account has removed us: a DELETE of our callback, shown to be
  /// Pipedrive's by our own client id and secret.
  /// - Parameter authorization: The header, HTTP Basic.
  package func takeUninstall(
    of id: AppID, authorization: String?, body: [UInt8], by actor: Actor
  ) throws -> UninstallVerdict {
    guard try stores.apps.find(id).app.provider?.signalsUninstall == true else {
      return .unknownSignal
    }
    guard let client = try stores.apps.client(of: id), let authorization,
      client.isShown(by: authorization)
    else { return .notFromProvider }
    guard let account = UninstallSignal.account(in: body, clientID: client.id) else {
      return .unreadable
    }
    let count = try stores.revocations.endUninstalled(
      id, account: account, clientID: client.id, by: actor)
    return .taken(count)
  }
}
