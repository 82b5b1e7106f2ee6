import Curl
package import Domain

/// A request to somebody else's server; its URL has passed the guard's text rules.
package struct OutboundRequest: Sendable {
  package enum Method: Sendable { case get, post, delete }

  let method: Method
  let url: EndpointURL
  let headers: [Attempt.Header]
  let body: [UInt8]
  /// Reading stops here, which is no error.
  let answerLimitBytes: Int

  package init(
    method: Method, url: EndpointURL, headers: [Attempt.Header], body: [UInt8],
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
    let method: ExchangeRequest.Method =
      switch method {
      case .get: .get
      case .post: .post
      case .delete: .delete
      }
    return ExchangeRequest(
      method, url.text, headers: headers.map { ($0.name, $0.value) }, body: body,
      options: rules.options(for: url, bodyLimitBytes: answerLimitBytes))
  }
}
