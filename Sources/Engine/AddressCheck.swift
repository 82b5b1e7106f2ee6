package import Domain
package import Outbound

/// What is known of an endpoint's address when a webhook is saved.
package struct AddressCheck: Sendable {
  package enum Verdict: Equatable, Sendable {
    case good
    /// Not to be saved: one of its addresses is refused.
    case refused(message: String)
    /// To be saved, with this warning.
    case doubtful(warning: String)
  }

  private let rules: OutboundRules

  package var policy: AddressPolicy { rules.policy }

  package init(rules: OutboundRules) {
    self.rules = rules
  }

  /// Looks the name up, for at most two seconds, and judges every address it has.
  package func judge(_ url: EndpointURL) throws -> Verdict {
    if url.isExempt { return .good }
    guard !url.isReservedForDocumentation else { return Self.notFound(url) }
    switch try NameLookup.find(url, rules: rules, milliseconds: 2_000) {
    case .found(allAreAllowed: true): return .good
    case .found(allAreAllowed: false):
      return .refused(
        message: """
          This address is only reachable inside a private network. Use a public one; a tunnel \
          works for testing.
          """)
    case .notFound: return Self.notFound(url)
    }
  }

  /// What somebody who types an address is told of it.
  package enum Finding: Equatable, Sendable {
    /// nil over plain http.
    case good(validUntil: Timestamp?)
    case notPublic
    case notFound
    case noAnswer
    case noTLS
    case certificate(CertificateTrouble)
  }

  /// Looks the name up for at most two seconds, then connects for at most five, and sends nothing.
  package func look(at url: EndpointURL) throws -> Finding {
    guard !url.isReservedForDocumentation else { return .notFound }
    // All of its addresses, not only the one that would be connected to.
    switch try NameLookup.find(url, rules: rules, milliseconds: 2_000) {
    case .found(allAreAllowed: false): return .notPublic
    case .notFound: return .notFound
    case .found(allAreAllowed: true): break
    }
    return switch try Handshake.attempt(url, rules: rules, milliseconds: 5_000) {
    case .good(let end): .good(validUntil: end)
    case .refused: .notPublic
    case .noAnswer: .noAnswer
    case .noTLS: .noTLS
    case .certificate(let fault): .certificate(fault)
    }
  }

  private static func notFound(_ url: EndpointURL) -> Verdict {
    .doubtful(
      warning: """
        We can’t find \(url.host). Check the spelling; new names can take an hour to appear.
        """)
  }
}
