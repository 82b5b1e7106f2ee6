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
