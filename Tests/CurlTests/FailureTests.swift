import Curl
import Testing

@Test func `a receiver that never answers ends at the total timeout`() throws {
  let options = wide.with { $0.totalTimeoutMilliseconds = 2_000 }

  let result = try perform(post("/hang/x", on: "plain", options: options))

  #expect(result.code == .timedOut)
  #expect(result.requestWasStarted)
  #expect(result.status == nil)
}

@Test func `a body that trickles in ends at the total timeout`() throws {
  let options = wide.with { $0.totalTimeoutMilliseconds = 2_000 }

  let result = try perform(post("/trickle/x", on: "plain", options: options))

  #expect(result.code == .timedOut)
  #expect(result.status == 200)
  #expect(result.headersComplete)
  #expect(!result.body.isEmpty)
}

@Test func `a receiver that does not take the connection ends at the connect timeout`() throws {
  let listener = Listener(backlog: 0)
  listener.fill()
  let url = "https://127.0.0.1:\(listener.port)/"
  let options = wide.with { $0.connectTimeoutMilliseconds = 300 }

  let result = try perform(
    ExchangeRequest(.post, url, headers: [], body: [], options: options))

  #expect(result.code == .timedOut)
  #expect(result.timings.totalMicroseconds < 15_000_000)  // the total timeout is 25 s
  #expect(!result.requestWasStarted)
  #expect(result.timings.connectMicroseconds == nil)
}

@Test func `a receiver that does not begin TLS ends at the connect timeout`() throws {
  let listener = Listener(backlog: 8)
  let url = "https://127.0.0.1:\(listener.port)/"
  let options = wide.with { $0.connectTimeoutMilliseconds = 300 }

  let result = try perform(
    ExchangeRequest(.post, url, headers: [], body: [], options: options))

  #expect(result.code == .timedOut)
  #expect(result.timings.totalMicroseconds < 15_000_000)  // the total timeout is 25 s
  #expect(!result.requestWasStarted)
  #expect(result.timings.tlsMicroseconds == nil)
}

@Test func `a refused connection is told`() throws {
  let listener = Listener(backlog: nil)
  let url = "https://127.0.0.1:\(listener.port)/"

  let result = try perform(ExchangeRequest(.post, url, headers: [], body: [], options: wide))

  #expect(result.code == .notConnected)
  #expect(!result.addressWasRefused)
  #expect(!result.requestWasStarted)
  #expect(result.remote?.description == "127.0.0.1:\(listener.port)")
}

@Test func `a name that does not exist is told`() throws {
  let result = try perform(
    ExchangeRequest(.post, "https://no..name/", headers: [], body: [], options: wide))

  #expect(result.code == .nameNotResolved)
  #expect(result.remote == nil)
  #expect(result.timings.nameLookupMicroseconds == nil)
}

@Test(arguments: ["/garbage/x", "/no-head/x"])
func `an answer that is not HTTP is an unsupported protocol`(path: String) throws {
  let result = try perform(post(path))

  #expect(result.code == .unsupportedProtocol)
  #expect(result.requestWasStarted)
  #expect(result.status == nil)
}

@Test func `a NUL in a header is a weird reply`() throws {
  let result = try perform(post("/nul-in-header/x"))

  #expect(result.code == .weirdReply)
  #expect(!result.headersComplete)
}

@Test func `a connection closed without an answer is told`() throws {
  let result = try perform(post("/no-answer/x"))

  #expect(result.code == .noAnswer)
  #expect(result.requestWasStarted)
  #expect(result.message != "")
}

@Test func `headers that break off are not complete`() throws {
  let result = try perform(post("/half-head/x"))

  #expect(result.status == 200)
  #expect(!result.headersComplete)
}

@Test(arguments: ["/short-body/x", "/reset-in-body/x"])
func `a status is kept when the body breaks off`(path: String) throws {
  let result = try perform(post(path))

  #expect(result.code == .partialBody || result.code == .receiveFailed)
  #expect(result.status == 200)
  #expect(result.headersComplete)
  #expect(text(result.body) == "ten bytes.")
}
