/// One request to somebody else's server.
package struct ExchangeRequest: Sendable {
  package enum Method: String, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
  }

  package var method: Method
  /// Goes to libcurl as it is; visible ASCII only. Its path is sent untouched, dots and all.
  package var url: String
  /// Exactly these are sent, in this order, after `Host`; `Content-Length` is added when there is a
  /// body or the method is POST. Libcurl's own `Accept`, `Content-Type`, `Expect` and `User-Agent`
  /// are off.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  package var options: ExchangeOptions
  /// Looks the name up and opens no socket: the exchange ends with `ExchangeResult.candidates`.
  package var onlyLooksUp: Bool
  /// Connects, and ends before a byte of the request: the exchange ends with
  /// `ExchangeResult.isConnected` and, over TLS, `.certificate`.
  package var onlyConnects: Bool

  package init(
    _ method: Method, _ url: String, headers: [(name: String, value: String)] = [],
    body: [UInt8] = [], options: ExchangeOptions, onlyLooksUp: Bool = false,
    onlyConnects: Bool = false
  ) {
    self.onlyLooksUp = onlyLooksUp
    self.onlyConnects = onlyConnects
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.options = options
  }
}

/// The limits of an exchange. There are no defaults: they are policy.
package struct ExchangeOptions: Equatable, Sendable {
  /// For look-up, connect and TLS together.
  package var connectTimeoutMilliseconds: Int
  /// From start to end.
  package var totalTimeoutMilliseconds: Int
  /// Of the body as decoded. Reading stops there, which is no error.
  package var bodyLimitBytes: Int
  /// Of all header lines: interim responses, the final one, trailers.
  package var headerLimitBytes: Int
  /// Of everything that is read from the connection, TLS and chunk framing included. It is counted
  /// from the second time that the answer makes us wait, so up to some records more may come in.
  package var rawLimitBytes: Int
  /// A kept connection that was idle for longer is not used again.
  package var idleLimitSeconds: Int
  /// Whether a connection left by an earlier exchange may be used, and this one's kept.
  package var keepsConnection: Bool
  /// Whether `http` is allowed besides `https`.
  package var allowsPlainHTTP: Bool

  package init(
    connectTimeoutMilliseconds: Int, totalTimeoutMilliseconds: Int, bodyLimitBytes: Int,
    headerLimitBytes: Int, rawLimitBytes: Int, idleLimitSeconds: Int, keepsConnection: Bool,
    allowsPlainHTTP: Bool
  ) {
    // Libcurl reads a 0 as no limit at all, or as its own 300 seconds.
    precondition(
      connectTimeoutMilliseconds > 0 && totalTimeoutMilliseconds > 0 && idleLimitSeconds > 0,
      "an exchange has time limits")
    self.connectTimeoutMilliseconds = connectTimeoutMilliseconds
    self.totalTimeoutMilliseconds = totalTimeoutMilliseconds
    self.bodyLimitBytes = bodyLimitBytes
    self.headerLimitBytes = headerLimitBytes
    self.rawLimitBytes = rawLimitBytes
    self.idleLimitSeconds = idleLimitSeconds
    self.keepsConnection = keepsConnection
    self.allowsPlainHTTP = allowsPlainHTTP
  }
}

/// Says whether an address may be connected to.
///
/// Called for every candidate before a socket to it is opened, and again with the peer before each
/// request, on kept connections too. Runs inside `ExchangePool.run`; must not call the pool.
package typealias AddressCheck = (PeerAddress) -> Bool
