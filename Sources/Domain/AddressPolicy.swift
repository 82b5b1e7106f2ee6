/// Where we send and where not: what endpoint URLs and the addresses behind them are held against.
///
/// The text is judged when it is saved and again before each attempt; every address before a socket
/// to it is opened, since a name can lead elsewhere from one moment to the next.
package struct AddressPolicy: Sendable {
  package let allow: EndpointAllow
  /// Our own public names, in lower case: events sent there would come back.
  package let ownHosts: Set<String>
  /// Addresses of this machine's interfaces, and others that an operator keeps to himself.
  package let ownAddresses: Set<IPAddress>

  package init(
    allow: EndpointAllow, ownHosts: Set<String> = [], ownAddresses: Set<IPAddress> = []
  ) {
    self.allow = allow
    self.ownHosts = ownHosts
    self.ownAddresses = ownAddresses
  }

  package static let ports = [443, 8_443]

  package enum Refusal: Sendable, Equatable {
    case notPublic, metadata, ourOwn
  }

  /// Why no socket may be opened to `address` for this endpoint; nil when one may.
  package func refusal(of address: IPAddress, for endpoint: EndpointURL) -> Refusal? {
    let reach = address.reach
    if reach == .metadata { return .metadata }
    if endpoint.isExempt || allow.allows(address) { return nil }
    if ownAddresses.contains(address) { return .ourOwn }
    return reach == .everywhere ? nil : .notPublic
  }
}

extension AddressPolicy.Refusal {
  /// One sentence for all, so that nobody can map a network by it.
  package static let message = EndpointRefusal.specialName.message
}
