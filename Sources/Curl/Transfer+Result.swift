import CCurl

extension Transfer {
  /// What became of the exchange.
  /// - Parameter stopped: Why the pool ended it, if it did.
  func result(_ code: CurlCode, stopped: ExchangeResult.Stop? = nil) -> ExchangeResult {
    var stop = stopped ?? gate.stop ?? response.stop
    // The error that libcurl has for a header line of more than 100 KiB. It is theirs, not ours:
    // where memory really ends, so do we.
    if stop == nil, code == .outOfMemory, gate.requestWasStarted, !response.head.isComplete {
      stop = .headerLimit
    }
    let ended: CurlCode =
      switch stop {
      case .bodyLimit: .ok
      case .resend: .aborted
      default: code
      }
    return ExchangeResult(
      code: ended, message: ended == code ? easy.message(for: code) : "", stop: stop,
      status: response.head.status, headersComplete: response.head.isComplete,
      headers: response.head.fields, body: response.body, timings: timings(), remote: gate.remote,
      candidates: gate.candidates, isConnected: gate.isConnected,
      certificate: gate.onlyConnects ? CertificateSeen(certificate.pointee) : nil,
      requestWasStarted: gate.requestWasStarted,
      connectionWasReused: gate.connectionWasReused,
      httpVersion: response.head.status == nil ? nil : httpVersion, security: security,
      certificateFault: code == .certificateRefused
        ? CertificateFault(code: easy.long(CURLINFO_SSL_VERIFYRESULT)) : nil)
  }

  private var httpVersion: Int? {
    switch easy.long(CURLINFO_HTTP_VERSION) {
    case Int(CURL_HTTP_VERSION_1_0): 10
    case Int(CURL_HTTP_VERSION_1_1): 11
    default: nil
    }
  }

  /// Libcurl gives times since the start, each including those before.
  private func timings() -> ExchangeTimings {
    let isNew = !gate.connectionWasReused
    let looked = isNew ? easy.microseconds(CURLINFO_NAMELOOKUP_TIME_T) : nil
    let connected = isNew ? easy.microseconds(CURLINFO_CONNECT_TIME_T) : nil
    let secured = isNew ? easy.microseconds(CURLINFO_APPCONNECT_TIME_T) : nil
    let ready = easy.microseconds(CURLINFO_PRETRANSFER_TIME_T)
    let answered = easy.microseconds(CURLINFO_STARTTRANSFER_TIME_T)
    return ExchangeTimings(
      totalMicroseconds: easy.microseconds(CURLINFO_TOTAL_TIME_T) ?? 0,
      nameLookupMicroseconds: looked,
      connectMicroseconds: difference(looked, connected),
      tlsMicroseconds: difference(connected, secured),
      firstByteMicroseconds: gate.requestWasStarted ? difference(ready, answered) : nil)
  }
}

private func difference(_ start: Int?, _ end: Int?) -> Int? {
  guard let start, let end else { return nil }
  return max(0, end - start)
}
