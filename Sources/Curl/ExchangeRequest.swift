/// One HTTP request.
package struct ExchangeRequest: Sendable {
  package var method: String
  /// Canonical already: it is sent as it stands, dot segments and all.
  package var url: String
  /// These and no others, but for `Host` and `Content-Length`.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  package var options: ExchangeOptions

  package init(
    method: String, url: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = [], options: ExchangeOptions
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.options = options
  }
}

package struct ExchangeOptions: Sendable {
  /// Look-up, connect and TLS together.
  package var connectTimeoutMilliseconds: Int
  /// The whole exchange, the body included.
  package var totalTimeoutMilliseconds: Int
  /// Of the decoded body, kept. Reading stops there, which is no error.
  package var bodyLimitBytes: Int
  package var headerLimitBytes: Int
  /// All that TCP takes in, chunk headers and TLS records too.
  package var rawLimitBytes: Int
  /// Whether `http` may be spoken besides `https`.
  package var allowsPlainHTTP: Bool

  package init(
    connectTimeoutMilliseconds: Int, totalTimeoutMilliseconds: Int, bodyLimitBytes: Int,
    headerLimitBytes: Int, rawLimitBytes: Int, allowsPlainHTTP: Bool = false
  ) {
    self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    self.totalTimeoutMilliseconds = totalTimeoutMilliseconds
    self.bodyLimitBytes = bodyLimitBytes
    self.headerLimitBytes = headerLimitBytes
    self.rawLimitBytes = rawLimitBytes
    self.allowsPlainHTTP = allowsPlainHTTP
  }
}

/// Whether an address may be connected to. Asked before every socket and again, of the connected
/// peer, before every request.
package typealias AddressCheck = (PeerAddress) -> Bool
