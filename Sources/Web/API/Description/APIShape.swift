import Domain
import HTTPTypes

/// An address of the API without the ids that stand in it: `/webhooks/{webhook}`.
///
/// `APIRoute.shape` names one for each case and `operations` describes each, so an address that is
/// added is described or does not compile.
enum APIShape: String, CaseIterable {
  case events = "/events"
  case eventBatch = "/events/batch"
  case eventTypes = "/event-types"
  case webhooks = "/webhooks"
  case webhook = "/webhooks/{webhook}"
  case rotateSecret = "/webhooks/{webhook}/rotate-secret"
  case test = "/webhooks/{webhook}/test"
  case retryFailed = "/webhooks/{webhook}/retry-failed"
  case recover = "/webhooks/{webhook}/recover"
  case retryJob = "/webhooks/{webhook}/retry-jobs/{job}"
  case stopRetryJob = "/webhooks/{webhook}/retry-jobs/{job}/stop"
  case webhookDeliveries = "/webhooks/{webhook}/deliveries"
  case delivery = "/deliveries/{delivery}"
  case retry = "/deliveries/{delivery}/retry"
  case connections = "/connections"
  case connection = "/connections/{app}"
  case connectionToken = "/connections/{app}/token"
  case connectionCredentials = "/connections/{app}/credentials"
  case openAPI = "/openapi.json"

  var path: String { rawValue }

  /// The names in braces.
  var idNames: [String] {
    path.split(separator: "/").filter { $0.hasPrefix("{") }.map {
      String($0.dropFirst().dropLast())
    }
  }

  struct Rule {
    let method: HTTPRequest.Method
    let scope: APIScope?
    let needsKey: Bool
  }

  var rules: [Rule] {
    sample.methods.map { Rule(method: $0.method, scope: $0.scope, needsKey: sample.needsKey) }
  }

  /// Such a route, for what depends on the shape alone: its methods and scopes.
  var sample: APIRoute {
    let id = UUID(high: 0, low: 0)
    return switch self {
    case .events: .events
    case .eventBatch: .eventBatch
    case .eventTypes: .eventTypes
    case .webhooks: .webhooks
    case .webhook: .webhook(Webhook.ID(id))
    case .rotateSecret: .rotateSecret(Webhook.ID(id))
    case .test: .test(Webhook.ID(id))
    case .retryFailed: .retryMany(Webhook.ID(id), .retry)
    case .recover: .retryMany(Webhook.ID(id), .recover)
    case .retryJob: .retryJob(RetryJob.ID(id), of: Webhook.ID(id))
    case .stopRetryJob: .stopRetryJob(RetryJob.ID(id), of: Webhook.ID(id))
    case .webhookDeliveries: .webhookDeliveries(Webhook.ID(id))
    case .delivery: .delivery(Delivery.ID(id))
    case .retry: .retry(Delivery.ID(id))
    case .connections: .connections
    case .connection: .connection(Self.app)
    case .connectionToken: .connectionToken(Self.app)
    case .connectionCredentials: .connectionCredentials(Self.app)
    case .openAPI: .openAPI
    }
  }

  private static let app = AppID(rawValue: "github")!  // as an id may be
}

extension APIRoute {
  var shape: APIShape {
    switch self {
    case .events: .events
    case .eventBatch: .eventBatch
    case .eventTypes: .eventTypes
    case .webhooks: .webhooks
    case .webhook: .webhook
    case .rotateSecret: .rotateSecret
    case .test: .test
    case .retryMany(_, .recover): .recover
    case .retryMany: .retryFailed
    case .retryJob: .retryJob
    case .stopRetryJob: .stopRetryJob
    case .webhookDeliveries: .webhookDeliveries
    case .delivery: .delivery
    case .retry: .retry
    case .connections: .connections
    case .connection: .connection
    case .connectionToken: .connectionToken
    case .connectionCredentials: .connectionCredentials
    case .openAPI: .openAPI
    }
  }
}
