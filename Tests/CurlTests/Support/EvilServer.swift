import Curl
import Glibc

/// The receivers of `evil_server.py`, started once and ended with the test process.
struct EvilServer: Sendable {
  let ports: [String: Int]
  /// The file of the authority that signed their certificates.
  let authority: String

  static let shared = start()

  /// Where the environment asked libcurl to write the keys of every session.
  static let keyLog = "/tmp/curl-tests-key-log-\(getpid())"

  private static func start() -> EvilServer {
    // Every test runs under an environment that would lead exchanges astray.
    setenv("ALL_PROXY", "socks5h://127.0.0.1:9", 1)
    setenv("SSLKEYLOGFILE", keyLog, 1)
    do {
      try Curl.initialize()
    } catch {
      fatalError("libcurl does not start: \(error)")
    }
    return EvilServer(announcement: firstLine(of: launch()))
  }

  private init(announcement: String) {
    guard announcement.contains("authority=") else {
      fatalError("evil_server.py says no ports but \"\(announcement)\"")
    }
    var ports: [String: Int] = [:]
    var authority = ""
    for pair in announcement.split(separator: " ") {
      let parts = pair.split(separator: "=")
      if let port = Int(parts[1]) {
        ports[String(parts[0])] = port
      } else {
        authority = String(parts[1])
      }
    }
    self.ports = ports
    self.authority = authority
  }

  func url(_ path: String, on name: String = "good", host: String = "localhost") -> String {
    let scheme = name == "plain" ? "http" : "https"
    return "\(scheme)://\(host):\(ports[name]!)\(path)"
  }
}

/// Starts the script and gives its standard output. Its standard input stays open until we end.
private func launch() -> Int32 {
  let input = makePipe()
  let output = makePipe()

  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  posix_spawn_file_actions_adddup2(&actions, input.read, 0)
  posix_spawn_file_actions_adddup2(&actions, output.write, 1)
  defer { posix_spawn_file_actions_destroy(&actions) }

  let folder = #filePath.split(separator: "/").dropLast().joined(separator: "/")
  // With its whole path: by the first word it finds its library, along PATH if need be.
  let words = ["/usr/bin/python3", "-W", "ignore", "/\(folder)/evil_server.py"]
  var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
  var child: pid_t = 0  // its words live as long as the process: it is started once
  guard posix_spawn(&child, words[0], &actions, nil, &arguments, environ) == 0 else {
    fatalError("no \(words[0])")
  }
  close(input.read)
  close(output.write)
  return output.read
}

private func makePipe() -> (read: Int32, write: Int32) {
  var ends: [Int32] = [0, 0]
  pipe(&ends)
  for end in ends {
    _ = fcntl(end, F_SETFD, FD_CLOEXEC)
  }
  return (ends[0], ends[1])
}

private func firstLine(of descriptor: Int32) -> String {
  var line: [UInt8] = []
  var byte: UInt8 = 0
  while byte != UInt8(ascii: "\n") {
    switch read(descriptor, &byte, 1) {
    case 1: line.append(byte)
    case -1 where errno == EINTR: continue
    default: return String(decoding: line, as: UTF8.self)
    }
  }
  return String(decoding: line.dropLast(), as: UTF8.self)
}
