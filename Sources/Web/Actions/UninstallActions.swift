import Domain
import Engine
import HTTPTypes

/// A provider's own request to its callback: no browser, no session.
struct UninstallActions {
  let providers: Providers
  let head: RequestHead

  /// - Returns: nil where the provider sends no such requests.
  func take(_ id: AppID, body: [UInt8]) throws -> Response? {
    let actor = Actor(kind: .worker, address: head.remoteAddress, requestID: head.requestID)
    switch try providers.takeUninstall(
      of: id, authorization: head.header("Authorization"), body: body, by: actor)
    {
    case .taken: return Response(.noContent)
    case .notFromProvider:
      return .text("This is not known to come from \(id).", status: .unauthorized)
        .adding(.wwwAuthenticate, "Basic realm=\"\(id)\"")
    case .unreadable:
      return .text("client_id, company_id or user_id is missing.", status: .unprocessableContent)
    case .unknownSignal: return nil
    }
  }
}
