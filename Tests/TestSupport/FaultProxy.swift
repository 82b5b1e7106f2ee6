import Glibc
import Synchronization

/// Stands between a `Database` and the shared server and does to a command what only a cluster or a
/// bad moment does.
package final class FaultProxy: Sendable {
  package enum Fault: Sendable {
    /// As between the nodes of a cluster, at COMMIT too: another node was first, all is undone.
    case refuse
    /// To COMMIT. As where the node has lost the others: it failed, and nobody knows how far it got.
    case fail
    /// The server does it; its answer gets lost with the connection.
    case loseAnswer
  }

  /// The first bytes of what is sent: the number of the command, and its text.
  package enum Command: String, Sendable {
    case begin = "\u{3}START TRANSACTION"
    case commit = "\u{3}COMMIT"
    case prepare = "\u{16}"
    case execute = "\u{17}"
  }

  package let socket: String
  private let command: Command
  private let fault: Fault
  private let seen = Atomic(0)
  private let faulty: Range<Int>
  private let listener: Int32

  /// Does `fault` to so many of these commands, and lets those before and after pass.
  package init(_ fault: Fault, to command: Command, after passing: Int = 0, times: Int = 1) {
    self.command = command
    self.fault = fault
    faulty = passing..<passing.addingReportingOverflow(times).partialValue
    socket = TestServer.shared.folder + "/proxy-\(UInt32.random(in: .min ... .max))"
    listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard withAddress(socket, { bind(listener, $0, $1) }) == 0, listen(listener, 10) == 0 else {
      fatalError("no proxy: errno \(errno)")
    }
    // Not joined: the threads end with the process, or when a connection does.
    _ = onThread { [self] in
      while true {
        let client = accept(listener, nil, nil)
        _ = onThread { [self] in serve(client) }
      }
    }
  }

  /// Passes bytes on in both directions until one side ends. A command is sent at once and fits into
  /// one read.
  private func serve(_ client: Int32) {
    let server = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer {
      close(client)
      close(server)
    }
    guard withAddress(TestServer.shared.socket, { connect(server, $0, $1) }) == 0 else { return }
    var ends = [
      pollfd(fd: client, events: Int16(POLLIN), revents: 0),
      pollfd(fd: server, events: Int16(POLLIN), revents: 0),
    ]
    while poll(&ends, 2, -1) > 0 {
      for (from, to) in [(0, 1), (1, 0)] where ends[from].revents != 0 {
        let bytes = receive(ends[from].fd)
        if bytes.isEmpty { return }
        if from == 0, bytes.dropFirst(4).starts(with: command.rawValue.utf8), isFaulty() {
          guard answer(bytes, client, server) else { return }
        } else {
          write(ends[to].fd, bytes, bytes.count)
        }
      }
    }
  }

  private func isFaulty() -> Bool {
    faulty.contains(seen.add(1, ordering: .relaxed).oldValue)
  }

  /// Whether the connection goes on.
  private func answer(_ sent: [UInt8], _ client: Int32, _ server: Int32) -> Bool {
    switch fault {
    case .refuse:
      let rollback = [9, 0, 0, 0, 3] + Array("ROLLBACK".utf8)
      write(server, rollback, rollback.count)
      _ = receive(server)
      sendError(1213, "#40001Deadlock found", to: client)
      return true
    case .fail:
      sendError(1180, "#HY000Got error 6 during COMMIT", to: client)
      return true
    case .loseAnswer:
      write(server, sent, sent.count)
      _ = receive(server)
      return false
    }
  }

  /// An ERR packet: a number, `#` and the state, words.
  private func sendError(_ number: Int, _ words: String, to client: Int32) {
    let error = [255, UInt8(number & 0xFF), UInt8(number >> 8)] + Array(words.utf8)
    let packet = [UInt8(error.count), 0, 0, 1] + error
    write(client, packet, packet.count)
  }

  private func receive(_ descriptor: Int32) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      count = max(0, read(descriptor, buffer.baseAddress, buffer.count))
    }
  }
}

private func withAddress<T>(
  _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
) -> T {
  var address = sockaddr_un()
  address.sun_family = sa_family_t(AF_UNIX)
  withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
  return withUnsafePointer(to: &address) { address in
    address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
    }
  }
}
