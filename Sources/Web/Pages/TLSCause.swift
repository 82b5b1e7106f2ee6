import Domain

extension Cause {
  /// Why there was no secure connection. nil: an attempt of before the reason was kept, or a fault that
  /// nobody names.
  init(_ fault: TLSFault?, _ host: String) {
    switch fault {
    case .expired:
      self.init(
        sentence: "The certificate of \(host) has ended.",
        advice: "Renew it, and restart what serves it: many go on with the old one until then.")
    case .notYetValid:
      self.init(
        sentence: "The certificate of \(host) is not valid yet.",
        advice: "Check from when it is valid, and the clock of the machine that made it.")
    case .wrongName:
      self.init(
        sentence: "The certificate of \(host) is for another name.",
        advice: "Use an endpoint URL with a name that it holds, or get one for this name.")
    case .unknownIssuer:
      self.init(
        sentence: "The certificate of \(host) is from an issuer that we don’t know, or came "
          + "without its intermediate certificate.",
        advice: "Send the full chain. If the issuer is your own, get one from a public issuer.")
    case .selfSigned:
      self.init(
        sentence: "The certificate of \(host) is signed by itself.",
        advice: "Get one from a public issuer.")
    case .certificate:
      self.init(
        sentence: "The certificate of \(host) will not do.",
        advice: "Its key may be too short, its signature too old, or it is not for servers. Get a "
          + "new one from a public issuer.")
    case .handshake:
      self.init(
        sentence: "\(host) and we could not agree on a secure connection.",
        advice: "Check that this port speaks HTTPS, with TLS 1.2 or newer.")
    case nil:
      self.init(
        sentence: "The secure connection to \(host) could not be made.",
        advice: "Its certificate may have ended, be for another name or from an unknown issuer, or "
          + "come without its intermediate certificate. Renew it, or send the full chain.")
    }
  }
}
