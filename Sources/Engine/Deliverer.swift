package import Domain
package import Outbound
package import Store

/// Makes the signed request of a delivery and turns the answer into an attempt. The worker and a
/// test send both go this way. Belongs to one thread.
package final class Deliverer {
  private let rules: OutboundRules
  private var endpoints: [String: Endpoint] = [:]

  /// What the guard says of the text of a URL.
  private enum Endpoint {
    case refused
    case reservedForDocumentation
    case open(EndpointURL)
  }

  package init(rules: OutboundRules) {
    self.rules = rules
  }

  /// The host that has to be looked up for this target; empty where nothing will be.
  package func host(of target: DeliveryTarget) -> String {
    if case .open(let url) = endpoint(of: target) { url.host } else { "" }
  }

  /// The rules do not change while a program runs, and a webhook's URL seldom: each is taken apart
  /// once.
  private func endpoint(of target: DeliveryTarget) -> Endpoint {
    if let known = endpoints[target.endpointURL] { return known }
    let endpoint: Endpoint
    if let url = try? EndpointURL(target.endpointURL, policy: rules.policy) {
      endpoint = url.isReservedForDocumentation ? .reservedForDocumentation : .open(url)
    } else {
      endpoint = .refused
    }
    if endpoints.count >= 10_000 { endpoints = [:] }
    endpoints[target.endpointURL] = endpoint
    return endpoint
  }

  /// - Parameter now: Signed as `webhook-timestamp`; the database's clock.
  package func message(
    for delivery: ClaimedDelivery, to target: DeliveryTarget, at now: Timestamp
  ) -> SignedMessage {
    let id = delivery.eventID.description
    let signature = try? delivery.body.map {
      try Signature.header(id: id, timestamp: now.seconds, body: $0, secrets: target.secrets)
    }
    var headers = [
      Attempt.Header("content-type", "application/json"),
      Attempt.Header("user-agent", rules.userAgent),
      Attempt.Header("webhook-id", id),
      Attempt.Header("webhook-timestamp", String(now.seconds)),
      Attempt.Header("webhook-signature", signature ?? ""),
    ]
    let recorded = headers + target.headers.map { Attempt.Header($0.name, SignedMessage.mask) }
    headers += target.headers

    var request: OutboundRequest?
    var refusal: AttemptError?
    switch (endpoint(of: target), delivery.body) {
    case (.refused, _): refusal = .addressRefused
    case (.reservedForDocumentation, _): refusal = .dns
    // Without a payload, too: its delivery was asked for again while it was purged.
    case (.open, nil): refusal = .internal
    case (.open, _) where signature == nil || signature == "": refusal = .internal
    case (.open(let url), let body?):
      request = OutboundRequest(
        method: .post, url: url, headers: headers, body: body,
        answerLimitBytes: Attempt.bodyLimitBytes)
    }
    return SignedMessage(
      request: request, refusal: refusal, delivery: delivery, endpointURL: target.endpointURL,
      startedAt: now, recordedHeaders: recorded)
  }
}

/// A delivery's request, signed for one attempt.
package struct SignedMessage: Sendable {
  /// What stands on record for the value of a user's own header.
  static let mask = "••••"

  /// nil when it must not be sent.
  package let request: OutboundRequest?
  let refusal: AttemptError?
  let delivery: ClaimedDelivery
  let endpointURL: String
  let startedAt: Timestamp
  let recordedHeaders: [Attempt.Header]

  /// An attempt that the guard ended before anything was opened.
  package func refused() -> AttemptReport {
    failed(refusal ?? .internal)
  }

  package func failed(_ error: AttemptError) -> AttemptReport {
    report(outcome: .failure(error), timings: .init(total: 0), answer: nil)
  }

  package func report(_ answer: Answer) -> AttemptReport {
    report(outcome: answer.outcome(receivedAt: startedAt), timings: answer.timings, answer: answer)
  }

  private func report(outcome: Outcome, timings: Attempt.Timings, answer: Answer?) -> AttemptReport
  {
    var report = AttemptReport(
      delivery: delivery.id, webhook: delivery.webhookID, leaseNumber: delivery.leaseNumber,
      startedAt: startedAt, timings: timings, remoteAddress: answer?.remoteAddress,
      endpointURL: endpointURL, requestHeaders: recordedHeaders,
      responseHeaders: answer?.headers ?? [], responseBody: answer?.body ?? [], outcome: outcome)
    if let answer { report.connection = answer.connection }
    return report
  }
}
