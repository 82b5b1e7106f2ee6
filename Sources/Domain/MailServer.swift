/// Where e-mail is handed over: `smtp://user:password@mail.example.com:587` or `smtps://…`.
package struct MailServer: Sendable, Equatable {
  package enum Scheme: String, Sendable {
    /// Plain at first; made secure by STARTTLS.
    case smtp
    /// TLS from the first byte.
    case smtps
  }

  package let scheme: Scheme
  /// Lower case; an IPv6 address stands in brackets.
  package let host: String
  package let port: Int
  /// Both, or neither.
  package let user: String?
  package let password: String?

  /// nil for what is no such address. User and password may be percent-encoded.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), parts.count == 2,
      let scheme = Scheme(rawValue: String(parts[0])),
      parts[1].hasPrefix("//")
    else { return nil }
    var authority = parts[1].dropFirst(2)
    if authority.hasSuffix("/") { authority = authority.dropLast() }
    var account: (user: String, password: String)?
    if let at = authority.lastIndex(of: "@") {
      let words = authority[..<at].split(
        separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard words.count == 2, let user = Self.decode(words[0]), !user.isEmpty,
        let password = Self.decode(words[1])
      else { return nil }
      account = (user, password)
      authority = authority[authority.index(after: at)...]
    }
    guard let (host, port) = Self.place(authority) else { return nil }
    self.scheme = scheme
    self.host = HostName.lowercased(host.utf8)
    self.port = port ?? (scheme == .smtp ? 25 : 465)
    user = account?.user
    password = account?.password
  }

  /// Without user and password.
  package var address: String { "\(scheme.rawValue)://\(host):\(port)" }

  /// On this machine, where nobody can listen in between.
  package var isLoopback: Bool {
    host == "localhost" || host == "[::1]"
      || (host.hasPrefix("127.") && IPAddress(host) != nil)
  }

  private static func place(_ text: Substring) -> (String, Int?)? {
    let end: Substring.Index
    if text.hasPrefix("[") {
      guard let bracket = text.firstIndex(of: "]"),
        IPAddress(text[..<bracket].dropFirst())?.family == .v6
      else { return nil }
      end = text.index(after: bracket)
    } else {
      end = text.firstIndex(of: ":") ?? text.endIndex
      guard HostName.isValid(HostName.lowercased(text[..<end].utf8)) else { return nil }
    }
    if end == text.endIndex { return (String(text), nil) }
    guard text[end] == ":", let port = HostName.port(text[text.index(after: end)...]) else {
      return nil
    }
    return (String(text[..<end]), port)
  }

  /// nil for an escape that is broken, for what is no UTF-8 and for control characters.
  private static func decode(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(Hex.value(of:)),
        let low = rest.popFirst().flatMap(Hex.value(of:))
      else { return nil }
      bytes.append(UInt8(high << 4 | low))
    }
    return bytes.contains { $0 < 0x20 || $0 == 0x7F }
      ? nil : String(validating: bytes, as: UTF8.self)
  }
}

extension MailServer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { address }
  package var debugDescription: String { address }
  // `dump` and a failed expectation print the mirror, which would show the password.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
