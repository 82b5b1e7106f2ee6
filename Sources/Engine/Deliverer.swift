package import Domain
package import Outbound
package import Store

/// Makes the signed request of a delivery and turns the answer into an attempt. The worker and a
/// test send both go this way.
package struct Deliverer: Sendable {
  private let rules: OutboundRules

  package init(rules: OutboundRules) {
    self.rules = rules
  }

  /// The host that has to be looked up for this target; empty where nothing will be.
  package func host(of target: DeliveryTarget) -> String {
    guard let url = try? EndpointURL(target.endpointURL, policy: rules.policy),
      !url.isReservedForDocumentation
    else { return "" }
    return url.host
  }

  /// - Parameter now: Signed as `webhook-timestamp`; the database's clock.
  package func message(
    for delivery: ClaimedDelivery, to target: DeliveryTarget, at now: Timestamp
  ) -> SignedMessage {
    let id = delivery.eventID.description
    let signature = try? Signature.header(
      id: id, timestamp: now.seconds, body: delivery.body, secrets: target.secrets)
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
    if let url = try? EndpointURL(target.endpointURL, policy: rules.policy) {
      if url.isReservedForDocumentation {
        refusal = .dns
      } else if signature == nil || signature == "" {
        refusal = .internal
      } else {
        request = OutboundRequest(
          method: .post, url: url, headers: headers, body: delivery.body,
          answerLimitBytes: Attempt.bodyLimitBytes)
      }
    } else {
      refusal = .addressRefused
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
    AttemptReport(
      delivery: delivery.id, webhook: delivery.webhookID, leaseNumber: delivery.leaseNumber,
      startedAt: startedAt, timings: timings, remoteAddress: answer?.remoteAddress,
      endpointURL: endpointURL, requestHeaders: recordedHeaders,
      responseHeaders: answer?.headers ?? [], responseBody: answer?.body ?? [], outcome: outcome)
  }
}
