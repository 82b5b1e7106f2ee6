import Curl

/// Limits that nothing in a test reaches, but for the one that it is about.
let wide = ExchangeOptions(
  connectTimeoutMilliseconds: 20_000, totalTimeoutMilliseconds: 25_000, bodyLimitBytes: 65_536,
  headerLimitBytes: 65_536, rawLimitBytes: 1 << 30, idleLimitSeconds: 60, keepsConnection: true,
  allowsPlainHTTP: true)

extension ExchangeOptions {
  func with(_ change: (inout ExchangeOptions) -> Void) -> ExchangeOptions {
    var options = self
    change(&options)
    return options
  }
}

func anyAddress(_: PeerAddress) -> Bool { true }

func makePool(maxConnections: Int = 8) throws -> ExchangePool {
  let authority = EvilServer.shared.authority
  return try ExchangePool(
    maxConnections: maxConnections, authorities: CertificateAuthorities(adding: authority))
}

func post(
  _ path: String, on server: String = "good", host: String = "localhost",
  headers: [(name: String, value: String)] = [], body: [UInt8] = Array("{}".utf8),
  options: ExchangeOptions = wide
) -> ExchangeRequest {
  let url = EvilServer.shared.url(path, on: server, host: host)
  return ExchangeRequest(.post, url, headers: headers, body: body, options: options)
}

/// One exchange in a pool of its own.
func perform(
  _ request: ExchangeRequest, check: @escaping AddressCheck = anyAddress
) throws -> ExchangeResult {
  try makePool().perform(request, check: check)
}

/// How many requests to the path the server has read to their end, and how many of them were the
/// first on their connection.
func seen(_ path: String) throws -> (requests: Int, connections: Int) {
  let url = EvilServer.shared.url("/count\(path)")
  let answer = try perform(ExchangeRequest(.get, url, headers: [], body: [], options: wide))
  let numbers = text(answer.body).split(separator: " ").compactMap { Int($0) }
  return (numbers[0], numbers[1])
}

/// Runs the pool until all its exchanges have ended.
func finish(_ pool: ExchangePool) throws -> [Int: ExchangeResult] {
  var results: [Int: ExchangeResult] = [:]
  while pool.inFlight > 0 {
    for case .finished(let tag, let result) in try pool.run(waitingUpTo: 1_000) {
      results[tag] = result
    }
  }
  return results
}

func text(_ bytes: [UInt8]) -> String {
  String(decoding: bytes, as: UTF8.self)
}
