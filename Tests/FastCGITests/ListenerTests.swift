import FastCGI
import Foundation
import Testing

/// Where requests come in.
@Suite struct ListenerTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `a path in use is refused by name`() throws {
    let first = try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    defer { first.stop() }

    #expect(throws: FastCGIError.addressInUse(path: folder.socket)) {
      try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    }
    #expect("\(FastCGIError.addressInUse(path: folder.socket))".contains(folder.socket))
  }

  @Test func `a path whose backlog is full is in use`() throws {
    let first = try Listener(path: folder.socket, mode: 0o600, backlog: 0)
    defer { first.stop() }
    let waiting = try WebServer(connectingTo: folder.socket)

    #expect(throws: FastCGIError.addressInUse(path: folder.socket)) {
      try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    }
    withExtendedLifetime(waiting) {}
  }

  @Test func `a socket file that nobody listens on is replaced`() throws {
    do {
      let ended = try Listener(path: folder.socket, mode: 0o600, backlog: 1)
      ended.stop()
    }
    #expect(FileManager.default.fileExists(atPath: folder.socket))

    let application = try Witness().serve(folder.socket)
    defer { application.listener.stop() }
    let server = try WebServer(connectingTo: folder.socket)
    server.send()

    #expect(server.response() == Witness.answer)
  }

  @Test func `a plain file is left alone`() throws {
    try Data("mine".utf8).write(to: URL(filePath: folder.socket))

    #expect(throws: FastCGIError.notASocket(path: folder.socket)) {
      try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    }
    #expect(try Data(contentsOf: URL(filePath: folder.socket)) == Data("mine".utf8))
  }

  @Test(arguments: ["", "/tmp/a\0b", "/tmp/" + String(repeating: "x", count: 103)])
  func `a path that does not fit is refused`(path: String) {
    #expect(throws: FastCGIError.unusablePath(path)) {
      try Listener(path: path, mode: 0o600, backlog: 1)
    }
  }

  @Test func `a path without its folder is refused with the call that failed`() {
    let path = folder.path + "/nowhere/web.sock"

    #expect(throws: FastCGIError.system(call: "bind", path: path, errno: ENOENT)) {
      try Listener(path: path, mode: 0o600, backlog: 1)
    }
    #expect(
      "\(FastCGIError.system(call: "bind", path: path, errno: ENOENT))"
        == "bind failed on \(path): No such file or directory")
  }

  @Test(arguments: [0o660, 0o600, 0o666])
  func `the socket has the mode asked for`(mode: UInt32) throws {
    let listener = try Listener(path: folder.socket, mode: mode, backlog: 1)
    defer { listener.stop() }

    var status = stat()
    #expect(stat(folder.socket, &status) == 0)
    #expect(status.st_mode & 0o777 == mode)
  }

  @Test func `signals keep what they did before`() throws {
    let listener = try Listener(path: folder.socket, mode: 0o600, backlog: 1)
    defer { listener.stop() }

    for signal in [SIGTERM, SIGUSR1] {
      var action = sigaction()
      sigaction(signal, nil, &action)
      #expect(action.__sigaction_handler.sa_handler == nil)
    }
  }

  @Test func `a descriptor that does not listen is refused`() {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)

    #expect(throws: FastCGIError.notListening(descriptor: descriptor)) {
      try Listener(takingOwnership: descriptor)
    }
  }

  @Test func `nothing is inherited without systemd or by another process`() throws {
    #expect(try Listener.inherited() == nil)
    #expect(try Listener.inherited { ["LISTEN_PID": "1", "LISTEN_FDS": "1"][$0] } == nil)
  }

  @Test(arguments: ["0", "2", "", nil])
  func `any number of inherited sockets but one is refused`(count: String?) {
    let expected = FastCGIError.unexpectedSocketCount(count ?? "missing")

    #expect(throws: expected) {
      try Listener.inherited { $0 == "LISTEN_PID" ? "\(getpid())" : count }
    }
  }
}
