import Glibc

extension Listener {
  /// Takes over the socket that systemd passed to this process, or nil when it passed none.
  ///
  /// Looks at `LISTEN_PID` and `LISTEN_FDS`; the socket is descriptor 3. Call it once.
  /// - Throws: `FastCGIError.unexpectedSocketCount` unless it is exactly one, and what
  ///   `init(takingOwnership:)` throws.
  ///
  /// Source: sd_listen_fds(3).
  package static func inherited(
    environment: (String) -> String? = { getenv($0).map { String(cString: $0) } }
  ) throws(FastCGIError) -> Listener? {
    // The variables outlive an exec: they are ours only when the process id is.
    guard environment("LISTEN_PID") == "\(getpid())" else { return nil }
    let count = environment("LISTEN_FDS") ?? "missing"
    guard count == "1" else { throw .unexpectedSocketCount(count) }
    return try Listener(takingOwnership: 3)
  }
}
