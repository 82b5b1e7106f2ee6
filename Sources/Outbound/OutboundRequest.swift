import Curl
package import Domain

/// A request to somebody else's server; its URL has passed the guard's text rules.
package struct OutboundRequest: Sendable {
  let method: String
  let url: EndpointURL
  let headers: [Attempt.Header]
  let body: [UInt8]
  /// Reading stops here, which is no error.
  let answerLimitBytes: Int

  package init(
    method: String, url: EndpointURL, headers: [Attempt.Header], body: [UInt8],
    answerLimitBytes: Int
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.answerLimitBytes = answerLimitBytes
  }
}

extension OutboundRequest {
  func exchange(_ rules: OutboundRules) -> ExchangeRequest {
    ExchangeRequest(
      method: method, url: url.text, headers: headers.map { ($0.name, $0.value) }, body: body,
      options: ExchangeOptions(
        connectTimeoutMilliseconds: rules.connectTimeoutMilliseconds,
        totalTimeoutMilliseconds: rules.totalTimeoutMilliseconds,
        bodyLimitBytes: answerLimitBytes, headerLimitBytes: OutboundRules.headerLimitBytes,
        rawLimitBytes: OutboundRules.rawLimitBytes, allowsPlainHTTP: url.scheme == .http))
  }
}
