import FastCGI
import Testing

/// The same through the web server that stands in front of us.
@Suite struct NginxTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Answers with the method and the body.
  private func mirror() throws -> Application {
    let listener = try Listener(path: folder.socket, mode: 0o660, backlog: 16)
    return Application(listener, threads: 2) { request in
      let parameters = request.parameters
      func value(_ name: String) -> [UInt8] {
        parameters.first { $0.name.elementsEqual(name.utf8) }?.value ?? []
      }
      let length = Int(String(decoding: value("CONTENT_LENGTH"), as: UTF8.self)) ?? 0
      do {
        let body = try request.body(length: length)
        try request.write(Array("Status: 200 OK\r\nX-Method: ".utf8) + value("REQUEST_METHOD"))
        try request.write(Array("\r\n\r\n".utf8) + body)
      } catch {
        // The status tells the test what it was.
        try? request.write(Array("Status: 400 \(error)\r\n\r\n".utf8))
      }
    }
  }

  private func body(of response: [UInt8]) -> [UInt8]? {
    let end = Array("\r\n\r\n".utf8)
    return response.firstRange(of: end).map { Array(response[$0.upperBound...]) }
  }

  private func expect(_ response: [UInt8], method: String, body: [UInt8]) {
    let head = String(decoding: response.prefix(400), as: UTF8.self)
    #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(head.contains("X-Method: \(method)\r\n"))
    // Not compared inside #expect: it would print both when they differ.
    let isSame = self.body(of: response) == body
    #expect(isSame)
  }

  private let large = (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 17 >> 3) }

  @Test func `a GET is answered`() throws {
    let application = try mirror()
    defer { application.listener.stop() }
    let nginx = try Nginx(passingTo: folder.socket, folder: folder.path)

    let response = try nginx.exchange(
      Array("GET /a?b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8))

    expect(response, method: "GET", body: [])
  }

  @Test(arguments: [true, false])
  func `a POST of 1 MiB comes and goes byte for byte`(requestBuffering: Bool) throws {
    let application = try mirror()
    defer { application.listener.stop() }
    let nginx = try Nginx(
      passingTo: folder.socket, folder: folder.path, requestBuffering: requestBuffering)

    let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1048576\r\n\r\n"
    let response = try nginx.exchange(Array(head.utf8) + large)

    expect(response, method: "POST", body: large)
  }

  @Test func `a chunked POST has the length nginx counted`() throws {
    let application = try mirror()
    defer { application.listener.stop() }
    let nginx = try Nginx(passingTo: folder.socket, folder: folder.path)

    let head =
      "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    let chunks = stride(from: 0, to: large.count, by: 65_536).flatMap { start in
      Array("10000\r\n".utf8) + large[start..<start + 65_536] + Array("\r\n".utf8)
    }
    let response = try nginx.exchange(Array(head.utf8) + chunks + Array("0\r\n\r\n".utf8))

    expect(response, method: "POST", body: large)
  }

  @Test func `an answer arrives although nobody reads the body`() throws {
    let listener = try Listener(path: folder.socket, mode: 0o660, backlog: 16)
    let application = Application(listener) { request in
      // nginx has not gone: it waits for this.
      try? request.write(Array("Status: 413 Content Too Large\r\n\r\n".utf8))
    }
    defer { application.listener.stop() }
    let nginx = try Nginx(passingTo: folder.socket, folder: folder.path)

    let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1048576\r\n\r\n"
    let response = try nginx.exchange(Array(head.utf8) + large)

    #expect(String(decoding: response, as: UTF8.self).hasPrefix("HTTP/1.1 413 "))
  }
}
