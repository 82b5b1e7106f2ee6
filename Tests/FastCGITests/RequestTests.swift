import FastCGI
import Testing

/// What a request is, whatever its peer sends.
@Suite struct RequestTests {
  private let folder: TemporaryFolder
  private let witness = Witness()

  init() throws { folder = try TemporaryFolder() }

  @Test func `parameters and body arrive byte for byte`() throws {
    let body = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let long = String(repeating: "x", count: 70_000)
    let application = try witness.serve(folder.socket, bodyLength: body.count)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.send(request: [("REQUEST_METHOD", "POST"), ("EMPTY", ""), ("LONG", long)], body: body)
    let seen = try #require(witness.next())

    #expect(seen.role == .responder)
    #expect(seen.isComplete)
    // Not compared inside #expect: it would print both when they differ.
    let isSame = seen.lines == ["REQUEST_METHOD=POST", "EMPTY=", "LONG=" + long]
    #expect(isSame)
    let isSameBody = seen.body == .success(body)
    #expect(isSameBody)
    #expect(server.response() == Witness.answer)
  }

  @Test func `a parameter sent twice is there twice`() throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.send(request: [("HTTP_COOKIE", "a=1"), ("X", ""), ("HTTP_COOKIE", "b=2")])

    #expect(try #require(witness.next()).lines == ["HTTP_COOKIE=a=1", "X=", "HTTP_COOKIE=b=2"])
  }

  @Test func `a value need not be UTF-8`() throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }
    let bytes: [UInt8] = [0xFF, 0xFE, 0x0D, 0x0A, 0x80, 0x01]

    let server = try WebServer(connectingTo: folder.socket)
    server.begin()
    server.send(parameters: [(Array("SCRIPT_NAME".utf8), bytes)])
    server.send(.parameters)
    server.send(.input)

    #expect(try #require(witness.next()).parameters.first?.value == bytes)
  }

  @Test func `a name ends at its first equals sign`() throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.send(request: [("A=B", "C")])
    let parameter = try #require(witness.next()?.parameters.first)

    #expect(parameter.name == Array("A".utf8))
    #expect(parameter.value == Array("B=C".utf8))
  }

  @Test func `a body cut short is refused`() throws {
    let application = try witness.serve(folder.socket, bodyLength: 6)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.send(request: [("REQUEST_METHOD", "POST")], body: Array("12345".utf8))

    #expect(try #require(witness.next()).body == .failure(.bodyCutShort))
  }

  @Test func `a body longer than declared is refused`() throws {
    let application = try witness.serve(folder.socket, bodyLength: 4)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.send(request: [("REQUEST_METHOD", "POST")], body: Array("12345".utf8))

    #expect(try #require(witness.next()).body == .failure(.bodyTooLong))
  }

  @Test func `a body aborted after its declared length is refused`() throws {
    let application = try witness.serve(folder.socket, bodyLength: 5)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.begin()
    server.send(parameters: [("REQUEST_METHOD".utf8, "POST".utf8)])
    server.send(.parameters)
    server.send(body: Array("12345".utf8))
    server.send(.abort)

    #expect(try #require(witness.next()).body == .failure(.bodyCutShort))
  }

  @Test func `a body that stalls is refused`() throws {
    let application = try witness.serve(folder.socket, bodyLength: 6, stallLimitSeconds: 1)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.begin()
    server.send(parameters: [("REQUEST_METHOD".utf8, "POST".utf8)])
    server.send(.parameters)
    server.send(body: Array("12345".utf8))

    #expect(try #require(witness.next()).body == .failure(.bodyCutShort))
  }

  @Test(arguments: [true, false])
  func `a request broken off in its parameters is incomplete`(isAborted: Bool) throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.begin()
    server.send(parameters: [("REQUEST_METHOD".utf8, "GET".utf8)])
    if isAborted { server.send(.abort) } else { server.hangUpWriting() }
    let seen = try #require(witness.next())

    #expect(seen.lines == ["REQUEST_METHOD=GET"])
    #expect(!seen.isComplete)
  }

  @Test(arguments: [Request.Role.authorizer, .filter])
  func `a request for another role is incomplete`(role: Request.Role) throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.begin(role: UInt8(role.rawValue))
    server.send(parameters: [("REQUEST_METHOD".utf8, "GET".utf8)])
    server.send(.parameters)
    server.send(.input)
    let seen = try #require(witness.next())

    #expect(seen.role == role)
    #expect(!seen.isComplete)
  }

  @Test func `a request without a method is incomplete`() throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.send(request: [("SCRIPT_NAME", "/")])

    #expect(try #require(witness.next()).isComplete == false)
  }

  // CVE-2025-23016: libfcgi wrote past its buffer here.
  @Test func `a parameter of 2 GiB is dropped and the next request answered`() throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }

    let attacker = try WebServer(connectingTo: folder.socket)
    attacker.begin()
    attacker.send(.parameters, [UInt8](repeating: 0xFF, count: 8))
    #expect(attacker.isClosedByApplication())
    let server = try WebServer(connectingTo: folder.socket)
    server.send()

    #expect(server.response() == Witness.answer)
  }

  @Test func `a connection is closed even when the web server would keep it`() throws {
    let application = try witness.serve(folder.socket)
    defer { application.listener.stop() }

    let server = try WebServer(connectingTo: folder.socket)
    server.begin(keepConnection: true)
    server.send(parameters: [("REQUEST_METHOD".utf8, "GET".utf8)])
    server.send(.parameters)
    server.send(.input)

    #expect(server.response() == Witness.answer)
    #expect(server.isClosedByApplication())
  }

  @Test func `writing to a web server that has gone is refused`() throws {
    let outcome = Box<Result<Void, FastCGIError>>()
    let mayWrite = Signal()
    let listener = try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    let application = Application(listener) { request in
      mayWrite.wait()
      do throws(FastCGIError) {
        try request.write([UInt8](repeating: 0x78, count: 1_000_000))
        outcome.set(.success(()))
      } catch {
        outcome.set(.failure(error))
      }
    }

    do {
      let server = try WebServer(connectingTo: folder.socket)
      server.send()
    }
    mayWrite.send()
    listener.stop()

    #expect(application.hasEnded())
    #expect(throws: FastCGIError.peerGone) { try #require(outcome.value).get() }
  }
}
