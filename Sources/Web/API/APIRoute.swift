import Domain
import HTTPTypes

/// Every address of the JSON API below `/api/v1`, with its methods and the scope each needs.
enum APIRoute: Equatable {
  case events
  case eventBatch
  case eventTypes
  case webhooks
  case webhook(Webhook.ID)
  case rotateSecret(Webhook.ID)
  case webhookDeliveries(Webhook.ID)
  case delivery(Delivery.ID)
  case test(Webhook.ID)
  case retry(Delivery.ID)
  /// `retry-failed` and `recover`.
  case retryMany(Webhook.ID, RetryJob.Kind)
  case retryJob(RetryJob.ID, of: Webhook.ID)
  case stopRetryJob(RetryJob.ID, of: Webhook.ID)
  /// The description of all this.
  case openAPI
  case connections
  case connection(AppID)
  case connectionToken(AppID)
  case connectionCredentials(AppID)

  /// - Parameter path: As it came, below `/api/v1/`; no address of ours needs an escape.
  init?(path: some StringProtocol) {
    let parts = path.split(omittingEmptySubsequences: false) { $0 == "/" }.map { String($0) }
    switch parts.count {
    case 1 where parts[0] == "events": self = .events
    case 1 where parts[0] == "openapi.json": self = .openAPI
    case 1 where parts[0] == "event-types": self = .eventTypes
    case 1 where parts[0] == "webhooks": self = .webhooks
    case 1 where parts[0] == "connections": self = .connections
    case 2...3 where parts[0] == "connections":
      guard let app = AppID(rawValue: parts[1]) else { return nil }
      switch parts.dropFirst(2).first {
      case nil: self = .connection(app)
      case "token": self = .connectionToken(app)
      case "credentials": self = .connectionCredentials(app)
      default: return nil
      }
    case 2 where parts[0] == "events" && parts[1] == "batch": self = .eventBatch
    case 2 where parts[0] == "webhooks":
      guard let id = Webhook.ID(String(parts[1])) else { return nil }
      self = .webhook(id)
    case 2 where parts[0] == "deliveries":
      guard let id = Delivery.ID(String(parts[1])) else { return nil }
      self = .delivery(id)
    case 3 where parts[0] == "webhooks":
      guard let id = Webhook.ID(String(parts[1])) else { return nil }
      switch parts[2] {
      case "deliveries": self = .webhookDeliveries(id)
      case "rotate-secret": self = .rotateSecret(id)
      case "test": self = .test(id)
      case "retry-failed": self = .retryMany(id, .retry)
      case "recover": self = .retryMany(id, .recover)
      default: return nil
      }
    case 4...5 where parts[0] == "webhooks" && parts[2] == "retry-jobs":
      guard let id = Webhook.ID(parts[1]), let job = RetryJob.ID(parts[3]) else { return nil }
      switch parts.dropFirst(4).first {
      case nil: self = .retryJob(job, of: id)
      case "stop": self = .stopRetryJob(job, of: id)
      default: return nil
      }
    case 3 where parts[0] == "deliveries" && parts[2] == "retry":
      guard let id = Delivery.ID(String(parts[1])) else { return nil }
      self = .retry(id)
    default: return nil
    }
  }

  /// The scope each method needs; nil where any key will do.
  var methods: [(method: HTTPRequest.Method, scope: APIScope?)] {
    switch self {
    case .events, .eventBatch: [(.post, .eventsWrite)]
    case .eventTypes: [(.get, nil)]
    case .webhooks: [(.get, .webhooksRead), (.post, .webhooksWrite)]
    case .webhook:
      [(.get, .webhooksRead), (.patch, .webhooksWrite), (.delete, .webhooksWrite)]
    case .rotateSecret: [(.post, .webhooksWrite)]
    case .webhookDeliveries, .delivery, .retryJob: [(.get, .deliveriesRead)]
    case .test, .retry, .retryMany, .stopRetryJob: [(.post, .deliveriesWrite)]
    case .openAPI: [(.get, nil)]
    case .connections: [(.get, .connectionsRead)]
    case .connection: [(.get, .connectionsRead), (.delete, .connectionsWrite)]
    case .connectionToken, .connectionCredentials: [(.get, .connectionsToken)]
    }
  }

  /// The description is for everybody.
  var needsKey: Bool { self != .openAPI }

  /// Bytes of the largest body this address takes.
  var bodyLimit: Int {
    self == .eventBatch ? 8 << 20 : 1 << 20
  }
}
