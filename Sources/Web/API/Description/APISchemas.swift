import Domain

/// The shapes of what goes in and comes out, under the names that the description gives them.
struct APISchemas {
  /// The whole catalog, retired types as well.
  let eventTypes: [EventType]

  var all: [(name: String, schema: JSONSchema)] {
    [
      ("Problem", Self.problem), ("EventType", Self.eventType), ("NewEvent", newEvent),
      ("EmittedEvent", Self.emittedEvent), ("NewWebhook", newWebhook),
      ("WebhookChange", webhookChange), ("Webhook", .object(Self.webhook)),
      (
        "MadeWebhook",
        .object(
          Self.webhook + [.init("secret", .string("Shown this once.", pattern: "^whs(ec|k)_"))])
      ), ("Rotation", Self.rotation), ("RotatedSecret", Self.rotatedSecret), ("Test", test),
      ("Since", Self.since), ("Count", Self.count),
      ("RetryJob", Self.retryJob), ("Delivery", .object(Self.delivery)),
      ("DeliveryWithAttempts", .object(Self.delivery + Self.ofOneDelivery)),
      ("Attempt", .object(Self.attempt)), ("Connection", Self.connection),
      ("AccessToken", Self.accessToken),
    ]
  }

  // What comes out.

  private static let id = JSONSchema.string(format: "uuid")
  private static let time = JSONSchema.string(
    format: "date-time", pattern: "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}[.][0-9]{6}Z$")
  private static let timeOrNull = JSONSchema.string(format: "date-time", isNullable: true)
  private static let status = JSONSchema.integer(100...999, isNullable: true)

  private static let problem = JSONSchema.object(
    [
      .init("type", .string(format: "uri-reference")), .init("title", .string()),
      .init("status", .integer(400...599)), .init("detail", .string()),
      .init(
        "errors",
        .array(
          of: .object([
            .init("field", .string("As the request has it: `endpoint_url`, `events[3].data`.")),
            .init("message", .string("A sentence that says how to mend it.")),
          ]), count: 1...(.max), "One for each bad field."), isRequired: false),
    ], "Why a call was refused. Source: RFC 9457.")

  private static let eventType = JSONSchema.object([
    .init("type", .string(length: 1...EventType.nameLimit)), .init("description", .string()),
    .init("group", .string("The heading it stands under.")),
    .init("example", .anyObject("An example of `data`.")),
  ])

  private static let emittedEvent = JSONSchema.object([
    .init("id", id), .init("type", .string()), .init("timestamp", time),
    .init("deliveries", .integer(0...(.max), "Held ones are counted.")),
  ])

  private static let events = JSONSchema.array(
    of: .string(), #"Event types, or `["*"]` for all, later ones included."#)

  private static let rotatedSecret = JSONSchema.object([
    .init("secret", .string("Shown this once.", pattern: "^whs(ec|k)_")),
    .init(
      "previous_expires_at",
      .string("Until then the one before signs too.", format: "date-time")),
    .init("public_key", .string("Of `v1a` alone.", pattern: "^whpk_"), isRequired: false),
  ])

  private static let count = JSONSchema.object([
    .init("count", .integer(0...(.max), "Deliveries."))
  ])

  private static let retryJob = JSONSchema.object([
    .init("id", id), .init("webhook_id", id),
    .init("kind", .oneOf(RetryJob.Kind.allCases.map(\.rawValue))),
    .init("status", .oneOf(RetryJob.State.allCases.map(\.rawValue))),
    .init("since", time), .init("total", .integer(0...(.max), "Deliveries that it is for.")),
    .init("queued", .integer(0...(.max), "Sent or to be sent next; of a drop, those dropped.")),
    .init("delivered", .integer(0...(.max))), .init("failed", .integer(0...(.max))),
    .init("created_at", time), .init("finished_at", timeOrNull),
  ])

  private static let webhook: [JSONSchema.Property] = [
    .init("id", id), .init("name", .string(length: 1...Webhook.nameLimit)),
    .init("endpoint_url", .string(format: "uri")), .init("events", events),
    .init("status", .oneOf(["active", "paused"])),
    .init("paused_reason", .oneOf(["user", "failing", "gone"], isNullable: true)),
    .init("headers", .array(of: .string(), "Names; values are never shown.")),
    .init("signature", .oneOf(["v1", "v1a"])),
    .init("public_key", .string("Of `v1a` alone.", pattern: "^whpk_"), isRequired: false),
    .init("max_in_flight", .integer(Webhook.maxInFlightRange, isNullable: true)),
    .init("max_per_second", .integer(Webhook.maxPerSecondRange, isNullable: true)),
    .init("ordered", .boolean()), .init("created_at", time), .init("updated_at", time),
    .init(
      "health",
      .object([
        .init(
          "success_rate_24h",
          .number(upTo: 1, "Of those that ended; null where none did.", isNullable: true)),
        .init("last_success_at", timeOrNull), .init("failing_since", timeOrNull),
      ])),
  ]

  private static let delivery: [JSONSchema.Property] = [
    .init("id", id), .init("webhook_id", id), .init("event_id", id),
    .init("event_type", .string()),
    .init("status", .oneOf(Delivery.Status.allCases.map(\.rawValue))),
    .init("attempt_number", .integer(0...(.max), "Attempts on record.")),
    .init("response_status", status),
    .init("error", .oneOf(AttemptError.allCases.map(\.rawValue), isNullable: true)),
    .init("next_attempt_at", timeOrNull), .init("created_at", time), .init("test", .boolean()),
  ]

  private static let ofOneDelivery: [JSONSchema.Property] = [
    .init("payload", .anyObject("The body as it is sent; null once purged.", isNullable: true)),
    .init("attempts", .array(of: .named("Attempt"))),
  ]

  private static let headers = JSONSchema.array(
    of: .array(of: .string(), count: 2...2, "Name and value."))
  private static let milliseconds = JSONSchema.number(isNullable: true)

  private static let attempt: [JSONSchema.Property] = [
    .init("number", .integer(1...(.max))), .init("started_at", time),
    .init("duration_ms", milliseconds),
    .init(
      "timings",
      .object(
        [
          .init("dns_ms", milliseconds), .init("connect_ms", milliseconds),
          .init("tls_ms", milliseconds), .init("first_byte_ms", milliseconds),
        ], "Null where it did not happen.")),
    .init("remote_address", .string(isNullable: true)),
    .init("http_version", .oneOf(["1.0", "1.1"], isNullable: true)),
    .init("tls_version", .string("Such as `TLSv1.3`.", isNullable: true)),
    .init("certificate_expires_at", timeOrNull), .init("response_status", status),
    .init(
      "error",
      .oneOf(AttemptError.allCases.filter { $0 != .dropped }.map(\.rawValue), isNullable: true)),
    .init("request_headers", headers), .init("response_headers", headers),
    .init("response_body", .string("The first 16 KiB, U+FFFD where they are no UTF-8.")),
    .init(
      "response_body_base64", .string("Where they are no UTF-8."), isRequired: false),
  ]

  private static let connection = JSONSchema.object([
    .init("app", .string(length: 1...50)), .init("account", .string(isNullable: true)),
    .init("status", .oneOf(["connected", "needs_reconnect"])),
    .init("scopes", .array(of: .string())), .init("connected_at", time),
    .init("last_used_at", timeOrNull),
  ])

  private static let accessToken = JSONSchema.object([
    .init("access_token", .string()), .init("expires_at", timeOrNull),
    .init("scopes", .array(of: .string())),
    .init(
      "api_origin",
      .string(
        "Where its calls go, where that differs by account or by site; missing until a site is "
          + "chosen.", format: "uri"), isRequired: false),
  ])

  // What goes in.

  private var newEvent: JSONSchema {
    .object([
      .init(
        "user",
        .string(
          "For whom a service key acts: an id or an e-mail address. Leave it out with a user's own "
            + "key.", length: 1...254, isNullable: true), isRequired: false),
      .init("type", .oneOf(eventTypes.map(\.name))),
      .init(
        "data",
        .anyObject(
          "At most \(Event.nestingLimit) arrays and objects within each other, and 256 KiB together "
            + "with what is sent around it.")),
      .init(
        "timestamp",
        .string(
          "When it happened; now, where there is none.", format: "date-time",
          pattern: "^(19[7-9]|[2-9][0-9]{2})[0-9]-", isNullable: true), isRequired: false),
    ])
  }

  private static let name = JSONSchema.string(
    "One line, without characters that are not seen.", length: 1...Webhook.nameLimit,
    pattern: "^[^\(unseen)]*[^\(unseen)\\s][^\(unseen)]*$", example: "Billing sync")

  /// Most of what `OneLine` refuses, as part of a pattern.
  private static let unseen =
    #"\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"#

  private static let endpointURL = JSONSchema.string(
    "An https address with a public name, port 443 or 8443, no user and no fragment.",
    format: "uri", length: 9...2_048,
    pattern: "^[Hh][Tt][Tt][Pp][Ss]://[^/?#@]+([/?][^#]*)?$",
    example: "https://hooks.example.com/billing")

  /// - Parameter keepsRetired: A webhook that has chosen a retired type may go on with it.
  private func chosenEvents(keepsRetired: Bool) -> JSONSchema {
    let names = eventTypes.filter { keepsRetired || !$0.isRetired }.map(\.name)
    return .anyOf([
      .array(of: .oneOf(names), count: 1...(.max)),
      .array(of: .oneOf(["*"]), count: 1...1, "Every type, later ones included."),
    ])
  }

  private static let headerNames = JSONSchema.string(
    length: 1...CustomHeader.nameLimit, pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")

  private static let headerValue = JSONSchema.string(
    length: 1...CustomHeader.valueLimitBytes, pattern: "^[!-~]([ -~]*[!-~])?$", isNullable: true)

  private static func headers(_ description: String) -> JSONSchema {
    .map(
      of: headerValue, names: headerNames, atMost: CustomHeader.countLimit, description,
      isNullable: true)
  }

  private static let secret = JSONSchema.string(
    "`whsec_` and the base64 of 24 to 64 bytes; one is made where there is none.",
    pattern: "^whsec_(([A-Za-z0-9+/]{4}){8,21}|([A-Za-z0-9+/]{4}){8,21}[A-Za-z0-9+/][AQgw]==|"
      + "([A-Za-z0-9+/]{4}){8,20}[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)$", isNullable: true)

  private var newWebhook: JSONSchema {
    .object(
      [
        .init("name", Self.name), .init("endpoint_url", Self.endpointURL),
        .init("events", chosenEvents(keepsRetired: false)),
        .init("status", .oneOf(["active", "paused"], isNullable: true), isRequired: false),
        .init("secret", Self.secret, isRequired: false),
        .init(
          "signature",
          .oneOf(
            ["v1", "v1a"], "`v1`: HMAC-SHA-256; `v1a`: Ed25519, whose key pair is made for you.",
            isNullable: true), isRequired: false),
      ] + Self.optionalMembers(canBeNull: true), isClosed: true)
  }

  private static let rotation = JSONSchema.object(
    [
      .init(
        "overlap",
        .string(
          "How long the secret before signs too: 0 to 7 days, such as `24h`, which is what is taken "
            + "where there is none.", pattern: "^(0|[0-6][dhms]|[1-9][0-9]?[hms]|7d)$"),
        isRequired: false), .init("secret", secret, isRequired: false),
    ], isClosed: true)

  private var test: JSONSchema {
    .object([
      .init("type", .oneOf(eventTypes.map(\.name))),
      .init(
        "data", .anyObject("The example of the type, where there is none.", isNullable: true),
        isRequired: false),
    ])
  }

  private static let since = JSONSchema.object([
    .init(
      "since",
      .string(
        "Those created at or after then.", format: "date-time",
        pattern: "^(19[7-9]|[2-9][0-9]{2})[0-9]-"))
  ])

  private var webhookChange: JSONSchema {
    .object(
      [
        .init("name", Self.name, isRequired: false),
        .init("endpoint_url", Self.endpointURL, isRequired: false),
        .init("events", chosenEvents(keepsRetired: true), isRequired: false),
        .init(
          "status", .oneOf(["active", "paused"], "`active` resumes from any pause."),
          isRequired: false),
      ] + Self.optionalMembers(canBeNull: false), isClosed: true)
  }

  private static func optionalMembers(canBeNull: Bool) -> [JSONSchema.Property] {
    [
      .init(
        "headers",
        headers("Header fields of the user's own; null takes one away."),
        isRequired: false),
      .init(
        "max_in_flight", .integer(Webhook.maxInFlightRange, isNullable: true), isRequired: false),
      .init(
        "max_per_second", .integer(Webhook.maxPerSecondRange, isNullable: true),
        isRequired: false),
      .init("ordered", .boolean(isNullable: canBeNull), isRequired: false),
    ]
  }
}
