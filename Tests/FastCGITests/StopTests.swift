import FastCGI
import Foundation
import Synchronization
import Testing

/// How serving ends.
@Suite struct StopTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Answers each request once it may, and says when it has one.
  private struct Gatekeeper: Sendable {
    let hasRequest = Signal()
    let mayAnswer = Signal()

    func answer(_ request: borrowing Request) {
      hasRequest.send()
      mayAnswer.wait()
      // A web server that has gone shows in its own response.
      try? request.write(Witness.answer)
    }
  }

  @Test func `stop ends threads that wait`() throws {
    let listener = try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    let application = Application(listener, threads: 4) { _ in }

    listener.stop()

    #expect(application.hasEnded())
  }

  @Test func `a thread that begins to serve after stop ends at once`() throws {
    let listener = try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    listener.stop()

    let application = Application(listener) { _ in }

    #expect(application.hasEnded())
  }

  @Test func `stop finishes the request in hand and those that wait, and takes no more`() throws {
    let listener = try Listener(path: folder.socket, mode: 0o600, backlog: 16)
    let gatekeeper = Gatekeeper()
    let application = Application(listener) { gatekeeper.answer($0) }
    let inHand = try WebServer(connectingTo: folder.socket)
    inHand.send()
    gatekeeper.hasRequest.wait()
    let waiting = try WebServer(connectingTo: folder.socket)
    waiting.send()

    listener.stop()
    #expect(throws: POSIXError(.ECONNREFUSED)) { try WebServer(connectingTo: folder.socket) }
    gatekeeper.mayAnswer.send()
    gatekeeper.mayAnswer.send()

    #expect(inHand.response() == Witness.answer)
    #expect(waiting.response() == Witness.answer)
    #expect(application.hasEnded())
  }

  @Test func `what waits in a shared socket is left to the next process`() throws {
    let kept = try listeningSocket(at: folder.socket)
    defer { close(kept) }
    let listener = try Listener(takingOwnership: dup(kept))
    let gatekeeper = Gatekeeper()
    let application = Application(listener) { gatekeeper.answer($0) }
    let inHand = try WebServer(connectingTo: folder.socket)
    inHand.send()
    gatekeeper.hasRequest.wait()
    let waiting = try WebServer(connectingTo: folder.socket)
    waiting.send()

    listener.stop()
    let late = try WebServer(connectingTo: folder.socket)
    late.send()
    gatekeeper.mayAnswer.send()
    #expect(inHand.response() == Witness.answer)
    #expect(application.hasEnded())

    let next = try Listener(takingOwnership: dup(kept))
    let nextApplication = Application(next) { try? $0.write(Witness.answer) }
    #expect(waiting.response() == Witness.answer)
    #expect(late.response() == Witness.answer)
    next.stop()
    #expect(nextApplication.hasEnded())
  }

  @Test func `a connection that stays silent does not hold up stop`() throws {
    let listener = try Listener(path: folder.socket, mode: 0o600, backlog: 16)
    let application = Application(listener, stallLimitSeconds: 1) { _ in }
    let silent = try WebServer(connectingTo: folder.socket)

    listener.stop()

    #expect(application.hasEnded())
    #expect(silent.isClosedByApplication())
  }

  @Test func `8 threads answer 2,000 requests and stop`() throws {
    let listener = try Listener(path: folder.socket, mode: 0o600, backlog: 64)
    let application = Application(listener, threads: 8) { request in
      let number = request.parameters.last?.value ?? []
      // A web server that has gone shows in its own response.
      try? request.write(number)
    }
    let folder = folder
    let right = Atomic(0)

    DispatchQueue.concurrentPerform(iterations: 2_000) { number in
      guard let server = try? WebServer(connectingTo: folder.socket) else { return }
      server.send(request: [("REQUEST_METHOD", "GET"), ("NUMBER", "\(number)")])
      if server.response() == Array("\(number)".utf8) { right.add(1, ordering: .relaxed) }
    }
    listener.stop()

    #expect(right.load(ordering: .relaxed) == 2_000)
    #expect(application.hasEnded())
  }

  /// The socket as systemd would hold it.
  private func listeningSocket(at path: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard
      withUnixAddress(path, { bind(descriptor, $0, $1) }) == 0,
      listen(descriptor, 16) == 0
    else { throw POSIXError(.EADDRNOTAVAIL) }
    return descriptor
  }
}
