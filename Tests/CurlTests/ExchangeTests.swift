import Curl
import Glibc
import Testing

@Test func `status, headers and body arrive`() throws {
  let result = try perform(post("/ok/arrive"))

  #expect(result.code == .ok)
  #expect(result.message == "")
  #expect(result.stop == nil)
  #expect(result.status == 200)
  #expect(result.headersComplete)
  #expect(
    result.headers.map { "\(text($0.name))|\(text($0.value))" } == [
      "Content-Length|2", "Content-Type|text/plain", "X-Twice|a", "x-twice|b",
    ])
  #expect(result.headers.value(of: "content-type") == Array("text/plain".utf8))
  #expect(result.headers.value(of: "retry-after") == nil)
  #expect(text(result.body) == "ok")
  #expect(result.requestWasStarted)
}

@Test func `exactly the given headers are sent`() throws {
  let result = try perform(
    post(
      "/echo/a/../b?c=%20d",
      headers: [("webhook-id", "7"), ("empty", ""), ("spaces", " x ")],
      body: Array("{\"a\":1}".utf8)))

  let port = EvilServer.shared.ports["good"]!
  #expect(
    text(result.body) == """
      POST /echo/a/../b?c=%20d HTTP/1.1\r
      Host: localhost:\(port)\r
      webhook-id: 7\r
      empty:\r
      spaces:  x \r
      Content-Length: 7\r
      \r
      {"a":1}
      """)
}

@Test func `a given accept and content type replace those of libcurl`() throws {
  let result = try perform(
    post("/echo/own", headers: [("Accept", "a/b"), ("content-type", "application/json")]))

  let lines = text(result.body).split(separator: "\r\n").dropFirst(2)
  #expect(lines == ["Accept: a/b", "content-type: application/json", "Content-Length: 2", "{}"])
}

@Test func `a body of over a megabyte is sent without asking first`() throws {
  let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20 | 1)  // libcurl asks above 1 MiB
  let result = try perform(
    post("/echo/large", body: body, options: wide.with { $0.bodyLimitBytes = 2 << 20 }))

  #expect(!text(result.body).lowercased().contains("expect"))
  #expect(result.body.suffix(body.count).elementsEqual(body))
}

@Test(arguments: [
  (ExchangeRequest.Method.get, "", "GET /echo/m HTTP/1.1"),
  (.delete, "", "DELETE /echo/m HTTP/1.1"),
  (.delete, "x", "DELETE /echo/m HTTP/1.1"),
  (.post, "", "POST /echo/m HTTP/1.1"),
])
func `each method is sent as named, whatever came before it on the handle`(
  method: ExchangeRequest.Method, body: String, line: String
) throws {
  let pool = try makePool()
  for before in [ExchangeRequest.Method.get, .post, .delete] {
    var first = post("/ok/before", body: before == .get ? [] : [1, 2, 3])
    first.method = before
    _ = try pool.perform(first, check: anyAddress)
    var request = post("/echo/m", body: Array(body.utf8))
    request.method = method

    let sent = text(try pool.perform(request, check: anyAddress).body)

    #expect(sent.hasPrefix(line))
    #expect(sent.hasSuffix("\r\n\r\n\(body)"))
    #expect(sent.contains("Content-Length: \(body.utf8.count)") == (method == .post || body != ""))
  }
}

@Test func `a redirect is an answer, and is not followed`() throws {
  let result = try perform(post("/redirect/elsewhere"))

  #expect(result.code == .ok)
  #expect(result.status == 302)
  #expect(result.headers.value(of: "location") == Array("/ok/elsewhere".utf8))
  #expect(try seen("/ok/elsewhere").requests == 0)
}

@Test func `interim responses are dropped`() throws {
  let result = try perform(post("/interim/x"))

  #expect(result.status == 200)
  #expect(result.headers.value(of: "x-interim") == nil)
  #expect(result.headers.value(of: "x-final") == [UInt8(ascii: "1")])
}

@Test func `trailers are dropped`() throws {
  let result = try perform(post("/trailer/x"))

  #expect(text(result.body) == "ok")
  #expect(result.headers.value(of: "x-head") == [UInt8(ascii: "1")])
  #expect(result.headers.value(of: "x-trailer") == nil)
}

@Test(arguments: [101, 204, 304, 410, 429, 500, 999])
func `any status is told`(status: Int) throws {
  let result = try perform(
    post("/status/\(status)", options: wide.with { $0.totalTimeoutMilliseconds = 5_000 }))

  #expect(result.status == status)
  #expect(result.headersComplete)
}

@Test func `the parts of a new connection are timed`() throws {
  let result = try perform(post("/ok/timed"))

  let timings = result.timings
  let parts = [
    timings.nameLookupMicroseconds, timings.connectMicroseconds, timings.tlsMicroseconds,
    timings.firstByteMicroseconds,
  ].compactMap { $0 }
  #expect(!result.connectionWasReused)
  #expect(parts.count == 4)
  #expect(parts.reduce(0, +) <= timings.totalMicroseconds)
  #expect(result.remote.map { $0.bytes == [127, 0, 0, 1] } == true)
  #expect(result.remote.map { Int($0.port) } == EvilServer.shared.ports["good"])
}

@Test func `a kept connection has no look-up, connect and TLS`() throws {
  let pool = try makePool()
  _ = try pool.perform(post("/ok/kept"), check: anyAddress)
  let result = try pool.perform(post("/ok/kept"), check: anyAddress)

  #expect(result.connectionWasReused)
  #expect(result.timings.nameLookupMicroseconds == nil)
  #expect(result.timings.connectMicroseconds == nil)
  #expect(result.timings.tlsMicroseconds == nil)
  #expect(result.timings.firstByteMicroseconds != nil)
  #expect(result.timings.totalMicroseconds > 0)
  #expect(result.remote != nil)
  #expect(try seen("/ok/kept") == (2, 1))
}

@Test func `a connection is neither kept nor used again where that is not wished`() throws {
  let pool = try makePool()
  for keeps in [false, true, false] {
    let request = post("/ok/alone", options: wide.with { $0.keepsConnection = keeps })
    let result = try pool.perform(request, check: anyAddress)
    #expect(!result.connectionWasReused)
  }

  #expect(try seen("/ok/alone") == (3, 3))
}

@Test func `proxies and key logs of the environment are ignored`() throws {
  let result = try perform(post("/ok/astray"))

  #expect(result.status == 200)
  #expect(access(EvilServer.keyLog, F_OK) == -1)
}

@Test(arguments: [
  ("x:y", "1"), ("", "1"), ("a b", "1"), ("a;", "1"), ("ä", "1"), ("a", "1\r\nb: 2"), ("a", "1\0"),
])
func `a header that would not arrive as it is is refused`(name: String, value: String) throws {
  let pool = try makePool()

  #expect(throws: CurlError.self) {
    try pool.start(post("/ok/header", headers: [(name, value)]), tag: 1, check: anyAddress)
  }
  #expect(pool.inFlight == 0)
}

@Test(arguments: ["https://local\0host/", "https://localhost/a b", "https://löcalhost/", "a\r\nb"])
func `a URL that would not arrive as it is is refused`(url: String) throws {
  let request = ExchangeRequest(.post, url, headers: [], body: [], options: wide)

  #expect(throws: CurlError.unsendable("URL")) {
    try makePool().perform(request, check: anyAddress)
  }
}

@Test(arguments: [
  "file:///etc/passwd", "gopher://localhost/", "ftp://localhost/", "http://localhost/",
])
func `other schemes than https are refused`(url: String) throws {
  let options = wide.with { $0.allowsPlainHTTP = false }
  let request = ExchangeRequest(.get, url, headers: [], body: [], options: options)

  let result = try makePool().perform(request, check: anyAddress)

  #expect(result.code == .unsupportedProtocol)
  #expect(!result.requestWasStarted)
}

@Test func `a user name in the URL is refused`() throws {
  let result = try perform(post("/ok/user", host: "user@localhost"))

  #expect(result.code == CurlCode(rawValue: 67))  // CURLE_LOGIN_DENIED
  #expect(!result.requestWasStarted)
}

@Test func `plain http works where it is allowed`() throws {
  let result = try perform(post("/ok/plain", on: "plain"))

  #expect(result.status == 200)
  #expect(result.timings.tlsMicroseconds == nil)
}
