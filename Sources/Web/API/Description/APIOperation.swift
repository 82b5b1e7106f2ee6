import Domain
import HTTPTypes

/// What the description says of one method of one address, beside what follows from the address
/// itself: its ids, its scope, its limits.
struct APIOperation {
  let id: String
  let summary: String
  var parameters: [APIParameter] = []
  /// Of the request's body; nil where there is none.
  var request: JSONSchema?
  var success: Success
  /// Why 409 may be answered; nil where it is not.
  var conflict: String?

  struct Success {
    let status: HTTPResponse.Status
    let description: String
    /// nil without a body.
    var schema: JSONSchema?
    /// Header fields that are always there.
    var headers: [(name: String, schema: JSONSchema)] = []
    /// Header fields that may be there.
    var optionalHeaders: [(name: String, schema: JSONSchema)] = []
  }
}

/// In the path, in the query, or a header field.
struct APIParameter {
  enum Place: String { case path, query, header }

  let name: String
  var place = Place.query
  let description: String
  let schema: JSONSchema

  /// An id in the path.
  static func id(_ name: String) -> APIParameter {
    APIParameter(
      name: name, place: .path, description: "Its id.",
      schema: name == "app"
        ? .string(length: 1...50, pattern: "^[a-z0-9]+(-[a-z0-9]+)*$", example: "github")
        : .string(format: "uuid"))
  }

  static let user = APIParameter(
    name: "user",
    description: "For whom a service key acts: an id or an e-mail address. Leave it out with a "
      + "user's own key.",
    schema: .string(length: 1...254))

  static let page = [
    APIParameter(
      name: "limit", description: "How many there are on a page.",
      schema: .integer(1...100, standard: 50)),
    APIParameter(
      name: "after", description: "`next` of the page before.",
      schema: .string(pattern: "^A[A-Za-z0-3][A-Za-z0-9_-]{30}$")),
  ]

  static let idempotencyKey = APIParameter(
    name: "Idempotency-Key", place: .header,
    description:
      "The same request with the same key is answered as the first one was, for 24 hours, "
      + "and sends nothing.",
    schema: .string(length: 1...255, pattern: "^[!-~]+$"))
}

extension APIShape {
  /// By method; the same methods as the route's own, which a test holds against it.
  var operations: [HTTPRequest.Method: APIOperation] {
    switch self {
    case .events: [.post: Self.emit]
    case .eventBatch: [.post: Self.emitBatch]
    case .eventTypes: [.get: Self.listEventTypes]
    case .webhooks: [.get: Self.listWebhooks, .post: Self.createWebhook]
    case .webhook:
      [.get: Self.showWebhook, .patch: Self.changeWebhook, .delete: Self.deleteWebhook]
    case .rotateSecret: [.post: Self.makeSecret]
    case .test: [.post: Self.sendTest]
    case .retryFailed: [.post: Self.sendFailed]
    case .recover: [.post: Self.sendHeld]
    case .retryJob: [.get: Self.showJob]
    case .stopRetryJob: [.post: Self.stopJob]
    case .webhookDeliveries: [.get: Self.listDeliveries]
    case .delivery: [.get: Self.showDelivery]
    case .retry: [.post: Self.sendAgain]
    case .connections: [.get: Self.listConnections]
    case .connection: [.get: Self.showConnection, .delete: Self.disconnect]
    case .connectionToken: [.get: Self.showToken]
    case .connectionCredentials: [.get: Self.showCredentials]
    case .openAPI: [.get: Self.describe]
    }
  }

  private static let idempotencyConflict = "A request with this Idempotency-Key has not ended yet."

  private static let emit = APIOperation(
    id: "emitEvent", summary: "Say that something happened",
    parameters: [.idempotencyKey], request: .named("NewEvent"),
    success: .init(
      status: .accepted, description: "On record, with so many deliveries.",
      schema: .named("EmittedEvent")),
    conflict: idempotencyConflict)

  private static let emitBatch = APIOperation(
    id: "emitEvents", summary: "Say that up to 1,000 things happened: all or none",
    parameters: [.idempotencyKey],
    request: .object([.init("events", .array(of: .named("NewEvent"), count: 1...1_000))]),
    success: .init(
      status: .accepted, description: "On record, each with so many deliveries.",
      schema: .object([.init("data", .array(of: .named("EmittedEvent")))])),
    conflict: idempotencyConflict)

  private static let listEventTypes = APIOperation(
    id: "listEventTypes", summary: "What can happen",
    success: .init(
      status: .ok, description: "All event types that are not retired.",
      schema: .object([.init("data", .array(of: .named("EventType")))])))

  private static let listWebhooks = APIOperation(
    id: "listWebhooks", summary: "A user's webhooks, oldest first",
    parameters: [.user] + APIParameter.page,
    success: .init(status: .ok, description: "A page of them.", schema: .page(of: "Webhook")))

  private static let createWebhook = APIOperation(
    id: "createWebhook", summary: "Add a webhook", parameters: [.user],
    request: .named("NewWebhook"),
    success: .init(
      status: .created, description: "The webhook, and its secret this one time.",
      schema: .named("MadeWebhook"), headers: [("Location", .string(format: "uri-reference"))]),
    conflict: "The user has as many webhooks as there may be.")

  private static let showWebhook = APIOperation(
    id: "getWebhook", summary: "One webhook and how it is doing", parameters: [.user],
    success: .init(status: .ok, description: "The webhook.", schema: .named("Webhook")))

  private static let changeWebhook = APIOperation(
    id: "changeWebhook", summary: "Change a webhook by a JSON merge patch, RFC 7396",
    parameters: [.user], request: .named("WebhookChange"),
    success: .init(
      status: .ok, description: "The webhook as it is now.", schema: .named("Webhook")),
    conflict: "It was changed meanwhile.")

  private static let deleteWebhook = APIOperation(
    id: "deleteWebhook", summary: "Delete a webhook; what waits for it is dropped",
    parameters: [.user], success: .init(status: .noContent, description: "It is gone."))

  private static let makeSecret = APIOperation(
    id: "rotateSecret", summary: "Make a new secret; during the overlap the one before signs too",
    parameters: [.user], request: .named("Rotation"),
    success: .init(
      status: .ok, description: "The new secret, this one time.", schema: .named("RotatedSecret")))

  private static let sendTest = APIOperation(
    id: "sendTest", summary: "Send a test, and wait for what the endpoint answers",
    parameters: [.user], request: .named("Test"),
    success: .init(
      status: .ok, description: "The delivery with its one attempt, whatever came of it.",
      schema: .named("DeliveryWithAttempts")))

  private static let sendFailed = APIOperation(
    id: "retryFailed", summary: "Send the failed deliveries since a time once more",
    parameters: [.user], request: .named("Since"),
    success: .init(
      status: .accepted, description: "So many are sent again.", schema: .named("Count"),
      optionalHeaders: jobLocation),
    conflict: "The webhook is paused, or its deliveries are being sent again already.")

  private static let sendHeld = APIOperation(
    id: "recover", summary: "Send what was held since a time, as if it had just been due",
    parameters: [.user], request: .named("Since"),
    success: .init(
      status: .accepted, description: "So many are sent.", schema: .named("Count"),
      optionalHeaders: jobLocation),
    conflict: "The webhook is paused, or its deliveries are being sent again already.")

  private static let jobLocation = [
    (
      "Location",
      JSONSchema.string(
        "Of the job that does it, a few at a time; absent where there is nothing to be done.",
        format: "uri-reference")
    )
  ]

  private static let showJob = APIOperation(
    id: "getRetryJob", summary: "How far a job has come that sends many deliveries",
    parameters: [.user],
    success: .init(status: .ok, description: "The job.", schema: .named("RetryJob")))

  private static let stopJob = APIOperation(
    id: "stopRetryJob",
    summary: "Stop a job: what waits is taken back, what is being sent ends by its result",
    parameters: [.user],
    success: .init(
      status: .accepted, description: "The job as it stands; as it was, where it is over.",
      schema: .named("RetryJob")))

  private static let sendAgain = APIOperation(
    id: "retryDelivery", summary: "Make a delivery due now, or send it once more",
    parameters: [.user],
    success: .init(
      status: .accepted, description: "The delivery as it stands now.",
      schema: .named("DeliveryWithAttempts")),
    conflict: "The webhook is paused, or the payload is no longer kept.")

  private static let listDeliveries = APIOperation(
    id: "listDeliveries", summary: "A webhook's deliveries, newest first",
    parameters: [.user] + APIParameter.page + [
      APIParameter(
        name: "status", description: "Only those that stand so.",
        schema: .oneOf(Delivery.Status.allCases.map(\.rawValue))),
      APIParameter(
        name: "type", description: "Only those of this event type.", schema: .string()),
    ],
    success: .init(status: .ok, description: "A page of them.", schema: .page(of: "Delivery")))

  private static let showDelivery = APIOperation(
    id: "getDelivery", summary: "One delivery with its payload and every attempt",
    parameters: [.user],
    success: .init(
      status: .ok, description: "The delivery.", schema: .named("DeliveryWithAttempts")))

  private static let listConnections = APIOperation(
    id: "listConnections", summary: "A user's connected apps",
    parameters: [.user] + APIParameter.page,
    success: .init(status: .ok, description: "A page of them.", schema: .page(of: "Connection")))

  private static let showConnection = APIOperation(
    id: "getConnection", summary: "One connected app", parameters: [.user],
    success: .init(status: .ok, description: "The connection.", schema: .named("Connection")))

  private static let disconnect = APIOperation(
    id: "disconnect", summary: "Forget an app's access, and take it back at the provider",
    parameters: [.user], success: .init(status: .noContent, description: "It is gone here."))

  private static let showToken = APIOperation(
    id: "getAccessToken", summary: "An access token that is good for a minute at least",
    parameters: [.user],
    success: .init(status: .ok, description: "The token.", schema: .named("AccessToken")),
    conflict: "`needs_reconnect`, or `not_oauth` where the app is connected by credentials.")

  private static let showCredentials = APIOperation(
    id: "getCredentials", summary: "What an app without OAuth is connected by", parameters: [.user],
    success: .init(
      status: .ok, description: "The credentials.",
      schema: .object([.init("credentials", .anyObject("By the names of the app's form."))])),
    conflict: "The app is connected by OAuth.")

  private static let describe = APIOperation(
    id: "getDescription", summary: "This description",
    success: .init(status: .ok, description: "OpenAPI 3.1.", schema: .anyObject("OpenAPI 3.1")))
}

extension JSONSchema {
  static func page(of name: String) -> JSONSchema {
    .object([
      .init("data", .array(of: .named(name))),
      .init("next", .string("Of the next page; null at the end.", isNullable: true)),
    ])
  }
}
