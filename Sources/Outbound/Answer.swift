import Curl
package import Domain

/// How a request ended: with an answer, or with a reason for none.
package struct Answer: Sendable {
  /// nil when the status line and the headers arrived whole.
  package let error: AttemptError?
  package let status: Int?
  /// As text; U+FFFD where they are not UTF-8.
  package let headers: [Attempt.Header]
  package let body: [UInt8]
  package let timings: Attempt.Timings
  /// `203.0.113.7:443`
  package let remoteAddress: String?

  init(_ result: ExchangeResult) {
    error = result.attemptError
    status = result.status
    headers = result.headers.map { header in
      Attempt.Header(
        String(decoding: header.name, as: UTF8.self), String(decoding: header.value, as: UTF8.self))
    }
    body = result.body
    timings = Attempt.Timings(
      total: result.timings.total, dns: result.timings.nameLookup,
      connect: result.timings.connect, tls: result.timings.tls,
      firstByte: result.timings.firstByte)
    remoteAddress = result.addressWasRefused ? nil : result.remote?.description
  }

  /// What an attempt came to. A 2xx is a success also when its body breaks off.
  /// - Parameter receivedAt: For the dates that `Retry-After` may hold.
  package func outcome(receivedAt now: Timestamp) -> Outcome {
    if let error { return .failure(error, status: status) }
    guard let status else { return .failure(.internal) }
    let retryAfter = headers.last { $0.name.lowercased() == "retry-after" }
      .flatMap { RetryAfter.interval($0.value, now: now) }
    return Outcome(status: status, retryAfter: retryAfter)
  }
}

extension ExchangeResult {
  /// Why there is no answer, in the words of the API; nil where there is one.
  fileprivate var attemptError: AttemptError? {
    if addressWasRefused { return .addressRefused }
    if headersComplete { return nil }
    if limitWasReached { return .protocol }
    switch code {
    case .couldNotResolveHost: return .dns
    case .timedOut:
      if !nameWasResolved { return .dns }
      return requestWasStarted ? .timeout : .connectTimeout
    case .couldNotConnect: return .connect
    case .tlsHandshake, .certificate: return .tls
    case .gotNothing, .sendError, .receiveError, .partialBody, .aborted: return .reset
    case .unsupportedProtocol, .weirdServerReply, .http2, .outOfMemory: return .protocol
    default: return requestWasStarted ? .protocol : .internal
    }
  }
}
