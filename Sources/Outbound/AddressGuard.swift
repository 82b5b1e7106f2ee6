import Curl
import Domain

/// Judges the addresses of one request: each before a socket to it is opened, and the peer again.
struct AddressGuard {
  private let url: EndpointURL
  private let policy: AddressPolicy

  init(_ url: EndpointURL, _ rules: OutboundRules) {
    self.url = url
    policy = rules.policy
  }

  var check: AddressCheck {
    { [self] peer in
      guard peer.port == url.port, let address = IPAddress(peer.bytes) else { return false }
      return policy.refusal(of: address, for: url) == nil
    }
  }
}
