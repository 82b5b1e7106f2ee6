import Curl
import Domain

/// Judges the addresses of one request: each before a socket to it is opened, and the peer again.
struct AddressGuard {
  private let url: EndpointURL
  private let allow: EndpointAllow

  init(_ url: EndpointURL, _ rules: OutboundRules) {
    self.url = url
    allow = rules.allow
  }

  var check: AddressCheck {
    { [self] peer in
      guard peer.port == url.port, let address = IPAddress(peer.bytes) else { return false }
      return AddressPolicy.refusal(of: address, for: url, allow: allow) == nil
    }
  }
}
