import Domain
import Store

extension APIResponder {
  /// `GET /webhooks/{id}/deliveries?status=&type=`
  func listDeliveries(_ id: Webhook.ID, _ request: APIRequest) throws -> Response {
    let user = try owner(of: id, request)
    _ = try stores.webhooks.find(id, of: user.id)
    let page = try PageRequest(request.query)
    var filter = LogFilter()
    if let word = try request.query.only("status") {
      guard let status = Delivery.Status(rawValue: word) else {
        throw Problem.unprocessable([
          FieldError("status", "Use pending, delivered, failed or held.")
        ])
      }
      filter.state = .status(status)
    }
    filter.eventType = try request.query.only("type")
    let found = try stores.deliveries.page(
      of: id, user: user.id, filter: filter, from: page.after.map(LogPlace.after) ?? .newest,
      limit: page.limit)
    return .json(
      JSONWriter.object {
        $0.member("data", array: found.deliveries) { json, delivery in
          json.object { $0.members(of: delivery) }
        }
        $0.member("next", found.older?.text)
      })
  }

  /// `GET /deliveries/{id}`
  func showDelivery(_ id: Delivery.ID, _ request: APIRequest) throws -> Response {
    let user = try request.user(
      named: request.userInQuery(), owner: { try stores.deliveries.owner(of: id) })
    return .json(try deliveryJSON(id, of: user))
  }

  /// One delivery, whole.
  func deliveryJSON(_ id: Delivery.ID, of user: User) throws -> [UInt8] {
    let delivery = try stores.deliveries.find(id, of: user.id)
    let payload = try stores.deliveries.body(of: delivery, user: user.id)
    let attempts = try stores.deliveries.attempts(of: delivery)
    return JSONWriter.object {
      $0.members(of: delivery)
      $0.member("payload", payload.map(RawJSON.init))
      $0.member("attempts", array: attempts) { json, attempt in
        json.object { $0.members(of: attempt) }
      }
    }
  }
}

extension JSONWriter {
  mutating func members(of delivery: Delivery) {
    member("id", delivery.id)
    member("webhook_id", delivery.webhookID)
    member("event_id", delivery.eventID)
    member("event_type", delivery.eventType)
    member("status", delivery.state.status.rawValue)
    member("attempt_number", delivery.attemptNumber)
    member("response_status", delivery.responseStatus)
    member("error", delivery.error?.rawValue)
    if case .pending(let due) = delivery.state {
      member("next_attempt_at", due)
    } else {
      member("next_attempt_at", Timestamp?.none)
    }
    member("created_at", delivery.createdAt)
    member("test", delivery.isTest)
  }

  fileprivate mutating func members(of attempt: Attempt) {
    member("number", attempt.number)
    member("started_at", attempt.startedAt)
    member("duration_ms", attempt.timings.total.map(Self.milliseconds))
    member("timings") {
      $0.member("dns_ms", attempt.timings.dns.map(Self.milliseconds))
      $0.member("connect_ms", attempt.timings.connect.map(Self.milliseconds))
      $0.member("tls_ms", attempt.timings.tls.map(Self.milliseconds))
      $0.member("first_byte_ms", attempt.timings.firstByte.map(Self.milliseconds))
    }
    member("remote_address", attempt.remoteAddress)
    member("http_version", attempt.connection.httpVersion.map { $0 == 10 ? "1.0" : "1.1" })
    member("tls_version", attempt.connection.tlsVersion)
    member("certificate_expires_at", attempt.connection.certificateEndsAt)
    member("response_status", attempt.responseStatus)
    member("error", attempt.error?.rawValue)
    member("request_headers", attempt.requestHeaders.map { [$0.name, $0.value] })
    member("response_headers", attempt.responseHeaders.map { [$0.name, $0.value] })
    member("response_body", LossyText(attempt.responseBody))
    if String(validating: attempt.responseBody, as: UTF8.self) == nil {
      member("response_body_base64", Base64.standard.encode(attempt.responseBody))
    }
  }

  private static func milliseconds(_ microseconds: Int64) -> Double {
    Double(microseconds) / 1_000
  }
}
