/// Where the pages are reached from outside: `https://app.example.com/settings/integrations`.
package struct BaseURL: Sendable, Equatable {
  /// Cookies are `Secure` when it is.
  package let isHTTPS: Bool
  /// In lower case; an IPv6 address in brackets.
  package let host: String
  package let port: Int
  /// The prefix of every route: `/settings/integrations`, or empty.
  package let prefix: String

  /// nil for anything but http or https, a host, perhaps a port, and a plain path. A slash at the
  /// end is dropped.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let schemes: [(String, Bool, Int)] = [("https://", true, 443), ("http://", false, 80)]
    guard
      let (scheme, isHTTPS, standardPort) = schemes.first(where: {
        HostName.lowercased(bytes.prefix($0.0.utf8.count)) == $0.0
      })
    else { return nil }
    let rest = bytes.dropFirst(scheme.utf8.count)
    let authority = rest.prefix { $0 != UInt8(ascii: "/") }
    var host = HostName.lowercased(authority)
    var port = standardPort
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") {
      guard let written = HostName.port(host[host.index(after: colon)...]) else { return nil }
      port = written
      host = String(host[..<colon])
    }
    let isHost =
      host.hasPrefix("[") && host.hasSuffix("]")
      ? IPAddress(host.dropFirst().dropLast())?.family == .v6 : HostName.isValid(host)
    guard isHost, let prefix = Self.prefix(rest.dropFirst(authority.count)) else { return nil }
    self.isHTTPS = isHTTPS
    self.host = host
    self.port = port
    self.prefix = prefix
  }

  private static func prefix(_ path: ArraySlice<UInt8>) -> String? {
    let segments = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
      .dropFirst()
    let kept = segments.last?.isEmpty == true ? segments.dropLast() : segments
    let isPlain = kept.allSatisfy { segment in
      !segment.isEmpty && segment != [0x2E] && segment != [0x2E, 0x2E]
        && segment.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
          default: "-._~".utf8.contains(byte)
          }
        }
    }
    return isPlain ? kept.map { "/" + String(decoding: $0, as: UTF8.self) }.joined() : nil
  }

  /// Scheme, host and port as browsers send them in `Origin`.
  package var origin: String {
    let standardPort = isHTTPS ? 443 : 80
    return (isHTTPS ? "https://" : "http://") + host + (port == standardPort ? "" : ":\(port)")
  }

  package var text: String { origin + prefix }
}
