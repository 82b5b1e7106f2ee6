/// Reads endpoint URLs byte by byte, each rule in the order in which its message helps most.
struct EndpointURLParser {
  let policy: AddressPolicy
  let use: EndpointURL.Use

  func parse(_ text: [UInt8]) throws(EndpointRefusal) -> EndpointURL {
    try checkBytes(text)
    let scheme = try scheme(of: text)
    // The scheme, its colon and two slashes.
    let rest = text.dropFirst(scheme.rawValue.utf8.count + 3)
    let authority = rest.prefix { !"/?#".utf8.contains($0) }
    let target = rest.dropFirst(authority.count)
    try checkAuthority(authority)
    if target.contains(UInt8(ascii: "#")) { throw .fragment }

    let (host, portText) = try split(authority)
    let port = try port(portText, of: scheme)
    let isExempt = policy.allow.allows(host: host, port: port)
    if !isExempt {
      try checkHost(host)
      if !AddressPolicy.ports.contains(port) { throw .port }
    }
    if scheme == .http, !isExempt { throw .plainHTTP }
    try EndpointTarget.check(target)
    return EndpointURL(
      scheme: scheme, host: host, port: port, target: String(decoding: target, as: UTF8.self),
      isExempt: isExempt)
  }

  private func checkBytes(_ text: [UInt8]) throws(EndpointRefusal) {
    guard let first = text.first, let last = text.last, text.contains(where: { $0 != 0x20 })
    else { throw .missing }
    if text.count > EndpointRefusal.lengthLimit { throw .tooLong }
    if first <= 0x20 || last <= 0x20 { throw .control }
    if text.contains(where: { $0 >= 0x80 }) {
      let ascii = InternationalName.asciiForm(ofURL: String(decoding: text, as: UTF8.self))
      throw .nonASCII(ascii: ascii.flatMap { isRight($0) ? $0 : nil })
    }
    if text.contains(UInt8(ascii: "\\")) { throw .backslash }
  }

  private func scheme(of text: [UInt8]) throws(EndpointRefusal) -> EndpointURL.Scheme {
    let word = HostName.lowercased(text.prefix { $0 != UInt8(ascii: ":") })
    guard word.utf8.count < text.count, let scheme = EndpointURL.Scheme(rawValue: word) else {
      let mended = "https://" + String(decoding: text, as: UTF8.self)
      throw .scheme(mended: isRight(mended) ? mended : nil)
    }
    if scheme == .http, use == .webhook { throw .plainHTTP }
    let slashes = text.dropFirst(word.utf8.count + 1).prefix { $0 == UInt8(ascii: "/") }
    guard slashes.count == 2 else { throw .slashes }
    return scheme
  }

  /// Whether a text that we would offer would be taken.
  private func isRight(_ text: String) -> Bool {
    // Its own refusal is of no use to anybody.
    (try? parse(Array(text.utf8))) != nil
  }

  private func checkAuthority(_ authority: ArraySlice<UInt8>) throws(EndpointRefusal) {
    if authority.contains(where: { $0 <= 0x20 || $0 == 0x7F }) { throw .control }
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) {
      throw at == authority.endIndex - 1 ? .badHost : .userInfo
    }
    guard let percent = authority.firstIndex(of: UInt8(ascii: "%")) else { return }
    // In brackets `%` begins a zone, which RFC 6874 has written as `%25`.
    let next = authority[(percent + 1)...].prefix(2)
    let isEscape = next.count == 2 && next.allSatisfy { Hex.value(of: $0) != nil }
    let isZone =
      authority.first == UInt8(ascii: "[") && (!isEscape || next.elementsEqual("25".utf8))
    throw isZone ? .zone : .percentInHost
  }

  /// Host in lower case, and what stands after the colon, if there is one.
  private func split(
    _ authority: ArraySlice<UInt8>
  ) throws(EndpointRefusal) -> (String, ArraySlice<UInt8>?) {
    let colon: ArraySlice<UInt8>.Index?
    if authority.first == UInt8(ascii: "[") {
      guard let bracket = authority.firstIndex(of: UInt8(ascii: "]")) else { throw .badHost }
      let next = bracket + 1
      guard next == authority.endIndex || authority[next] == UInt8(ascii: ":") else {
        throw .badHost
      }
      colon = next == authority.endIndex ? nil : next
    } else {
      colon = authority.firstIndex(of: UInt8(ascii: ":"))
    }
    let host = HostName.lowercased(authority[..<(colon ?? authority.endIndex)])
    if host.isEmpty { throw .badHost }
    return (host, colon.map { authority[($0 + 1)...] })
  }

  private func port(
    _ text: ArraySlice<UInt8>?, of scheme: EndpointURL.Scheme
  ) throws(EndpointRefusal) -> Int {
    guard let text else { return scheme == .https ? 443 : 80 }
    guard let port = HostName.port(String(decoding: text, as: UTF8.self)) else { throw .port }
    return port
  }

  private func checkHost(_ host: String) throws(EndpointRefusal) {
    if host.hasPrefix("[") {
      throw IPAddress(host.dropFirst().dropLast())?.family == .v6 ? .ipLiteral : .badHost
    }
    // A dot at the end means the same name to DNS and another one to a cache or a certificate.
    let name = host.hasSuffix(".") ? String(host.dropLast()) : host
    guard HostName.isValid(name) else { throw .badHost }
    if HostName.endsInNumber(name) { throw IPAddress(host) == nil ? .numericHost : .ipLiteral }
    if SpecialNames.isSpecial(name) { throw .specialName }
    if name != host { throw .badHost }
    if !name.contains(".") { throw .singleLabel }
    if !InternationalName.isValid(name) { throw .badHost }
    if policy.ownHosts.contains(name) { throw .ourOwn }
  }
}
