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
  package let connection: Attempt.Connection
  /// It ended, before anything was sent, for want of a socket or of the file of authorities: the
  /// endpoint has no part in it.
  package let lackedMeans: Bool

  init(_ result: ExchangeResult) {
    error = result.attemptError
    lackedMeans = result.lackedMeans
    status = result.headersComplete ? result.status : nil
    headers = result.headers.texts.map { Attempt.Header($0.name, $0.value) }
    body = result.body
    timings = Attempt.Timings(
      total: Int64(result.timings.totalMicroseconds),
      dns: result.timings.nameLookupMicroseconds.map(Int64.init),
      connect: result.timings.connectMicroseconds.map(Int64.init),
      tls: result.timings.tlsMicroseconds.map(Int64.init),
      firstByte: result.timings.firstByteMicroseconds.map(Int64.init))
    remoteAddress = result.addressWasRefused ? nil : result.remote?.description
    connection = Attempt.Connection(
      httpVersion: result.httpVersion, tlsVersion: result.security?.version,
      certificateEndsAt: result.security?.certificateEnds.map(Timestamp.init(seconds:)),
      tlsFault: result.tlsFault)
  }

  /// What an attempt came to. A 2xx is a success also when its body breaks off.
  /// - Parameter receivedAt: For the dates that `Retry-After` may hold.
  package func outcome(receivedAt now: Timestamp) -> Outcome {
    if let error { return .failure(error, status: status) }
    guard let status else { return .failure(.internal) }
    let retryAfter =
      (200...299).contains(status)
      ? nil
      : headers.last { $0.name.lowercased() == "retry-after" }
        .flatMap { RetryAfter.interval($0.value, now: now) }
    return Outcome(status: status, retryAfter: retryAfter)
  }
}

extension ExchangeResult {
  /// nil where TLS is not what failed, or nobody says why.
  fileprivate var tlsFault: TLSFault? {
    guard attemptError == .tls else { return nil }
    return switch certificateFault {
    case .expired: .expired
    case .notYetValid: .notYetValid
    case .wrongName: .wrongName
    case .unknownAuthority: .unknownIssuer
    case .selfSigned: .selfSigned
    case .other: .certificate
    case nil: code == .tlsHandshake || code == .tlsCipher ? .handshake : nil
    }
  }

  /// Why there is no answer, in the words of the API; nil where there is one.
  fileprivate var attemptError: AttemptError? {
    if addressWasRefused { return .addressRefused }
    if headersComplete { return nil }
    switch stop {
    case .headerLimit, .rawLimit: return .protocol
    case .resend: return .reset
    case .noSocket: return .internal
    case .bodyLimit, .addressRefused, nil: break
    }
    if code.isTLS { return .tls }
    switch code {
    case .nameNotResolved: return .dns
    case .timedOut:
      if remote == nil { return .dns }
      return requestWasStarted ? .timeout : .connectTimeout
    case .notConnected: return .connect
    case .noAnswer, .sendFailed, .receiveFailed, .partialBody, .aborted: return .reset
    case .unsupportedProtocol, .weirdReply, .badEncoding: return .protocol
    default: return requestWasStarted ? .protocol : .internal
    }
  }
}
