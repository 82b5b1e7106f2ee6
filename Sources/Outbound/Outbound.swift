import Curl

/// Going to other people's servers.
package enum Outbound {
  /// Once, before the first thread.
  package static func initialize() throws {
    try Curl.initialize()
  }
}
