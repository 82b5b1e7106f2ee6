import Glibc

/// A new folder of this process, with a short path: a socket's has at most 107 bytes.
package func makeFolder() -> String {
  var template = Array("/tmp/patchbay-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { fatalError("mkdtemp: errno \(errno)") }
  return String(decoding: template.dropLast().map { UInt8($0) }, as: UTF8.self)
}

/// Runs `sh -e -c script` with `arguments` as $1 and on, and waits for its end. A failure traps.
package func run(script: String, _ arguments: String...) {
  let process = spawn(["sh", "-e", "-c", script, "sh"] + arguments, inputAndOutput: nil)
  var status: Int32 = 0
  while waitpid(process, &status, 0) == -1, errno == EINTR {}
  guard status == 0 else { fatalError("a script of the tests failed with \(status):\n\(script)") }
}

/// A TCP port of 127.0.0.1 that nobody listens on, as far as the kernel can say now.
package func freePort() -> Int {
  let (socket, port) = boundSocket()
  close(socket)
  return port
}

/// A TCP port of 127.0.0.1 that takes connections and never says a word, until the process ends.
package func silentPort() -> Int {
  let (socket, port) = boundSocket()
  guard listen(socket, 8) == 0 else { fatalError("listen: errno \(errno)") }
  return port
}

private func boundSocket() -> (socket: Int32, port: Int) {
  let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let status = withUnsafeMutablePointer(to: &address) { address in
    address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
      bind(socket, address, length) == 0 && getsockname(socket, address, &length) == 0
    }
  }
  guard status else { fatalError("bind: errno \(errno)") }
  return (socket, Int(UInt16(bigEndian: address.sin_port)))
}

/// Runs `sh -c script` with `arguments` as $1 and on, until it ends by itself.
/// - Returns: Our end of a socket whose other end is its input and output.
func keep(script: String, arguments: [String]) -> Int32 {
  var ends: [Int32] = [-1, -1]
  let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
  guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { fatalError("socketpair: errno \(errno)") }
  _ = spawn(["sh", "-c", script, "keeper"] + arguments, inputAndOutput: ends[1])
  close(ends[1])
  return ends[0]
}

private func spawn(_ words: [String], inputAndOutput: Int32?) -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  if let inputAndOutput {
    posix_spawn_file_actions_adddup2(&actions, inputAndOutput, 0)
    posix_spawn_file_actions_adddup2(&actions, inputAndOutput, 1)
  }
  var words = words.map { strdup($0) } + [nil]
  defer {
    for word in words { free(word) }
  }
  var process: pid_t = 0
  let status = posix_spawnp(&process, "sh", &actions, nil, &words, environ)
  guard status == 0 else { fatalError("posix_spawn: errno \(status)") }
  return process
}
