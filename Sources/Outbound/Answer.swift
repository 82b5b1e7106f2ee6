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
  /// The name look-up gave nothing, or took too long.
  package let gotNoAddress: Bool

  init(_ result: ExchangeResult) {
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
    remoteAddress = result.remote?.description
    error = Self.error(of: result)
    gotNoAddress = error == .dns
  }

  /// What an attempt came to. A 2xx is a success also when its body breaks off.
  /// - Parameter receivedAt: For `Retry-After` dates.
  package func outcome(receivedAt now: Timestamp) -> Outcome {
    if let error { return .failure(error, status: status) }
    guard let status else { return .failure(.internal) }
    let retryAfter = headers.last { $0.name.lowercased() == "retry-after" }
      .flatMap { RetryAfter.interval($0.value, now: now) }
    return Outcome(status: status, retryAfter: retryAfter)
  }

  private static func error(of result: ExchangeResult) -> AttemptError? {
    if result.addressWasRefused { return .addressRefused }
    if result.headersComplete { return nil }
    switch result.code {
    case .couldNotResolveHost: return .dns
    case .timedOut:
      if result.timings.nameLookup == nil, !result.connectionWasReused { return .dns }
      return result.requestWasStarted ? .timeout : .connectTimeout
    case .couldNotConnect: return .connect
    case .tlsHandshake, .certificate, .tlsOther: return .tls
    case .gotNothing, .sendError, .receiveError, .partialFile, .aborted: return .reset
    default: return result.code.isProtocolError ? .protocol : .internal
    }
  }
}
