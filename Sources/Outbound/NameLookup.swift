import Curl
package import Domain

/// Looking a name up without going there.
package enum NameLookup {
  package enum Finding: Sendable {
    /// It has addresses; whether the guard lets all of them through.
    case found(allAreAllowed: Bool)
    /// No answer in time, or no address.
    case none
  }

  /// Asks libcurl to connect and refuses every address it comes up with, so that no socket is opened.
  /// - Parameter milliseconds: Longest wait.
  package static func addresses(of url: EndpointURL, rules: OutboundRules, milliseconds: Int) throws
    -> Finding
  {
    let addressGuard = AddressGuard(url, rules).check
    let seen = Seen()
    let isFound = try Exchange.probe(
      ExchangeRequest(
        method: "GET", url: url.text,
        options: ExchangeOptions(
          connectTimeoutMilliseconds: milliseconds, totalTimeoutMilliseconds: milliseconds,
          bodyLimitBytes: 0, headerLimitBytes: 0, rawLimitBytes: 0,
          allowsPlainHTTP: url.scheme == .http)),
      trust: TrustStore(extra: nil)
    ) { peer in seen.note(isAllowed: addressGuard(peer)) }
    return isFound ? .found(allAreAllowed: seen.allAreAllowed) : .none
  }

  private final class Seen {
    private(set) var allAreAllowed = true

    func note(isAllowed: Bool) {
      if !isAllowed { allAreAllowed = false }
    }
  }
}
