/// Where a webhook sends, or a provider's address that we call: checked, and taken apart.
///
/// Our own grammar, narrower than every parser's: what passes means the same to all of them, and
/// libcurl is given `text`, never what came in.
package struct EndpointURL: Sendable, Equatable {
  package enum Scheme: String, Sendable { case https, http }

  /// Whose address it is. Plain http is for providers alone, and only where an operator allows it.
  package enum Use: Sendable { case webhook, provider }

  package let scheme: Scheme
  /// In lower case; an IPv6 address in brackets.
  package let host: String
  package let port: Int
  /// Path and query as they were written: both are kept byte for byte. Empty, or begins with `/`.
  package let target: String
  /// An operator let exactly this host text and port through.
  package let isExempt: Bool

  init(scheme: Scheme, host: String, port: Int, target: String, isExempt: Bool) {
    self.scheme = scheme
    self.host = host
    self.port = port
    self.target = target
    self.isExempt = isExempt
  }

  /// - Throws: `EndpointRefusal` for the first thing that is wrong.
  package init(
    _ text: some StringProtocol, policy: AddressPolicy, use: Use = .webhook
  ) throws(EndpointRefusal) {
    self = try EndpointURLParser(policy: policy, use: use).parse(Array(text.utf8))
  }

  /// The one spelling of it, without the scheme's own port.
  package var text: String { origin + target }

  private var origin: String {
    let isStandardPort = port == (scheme == .https ? 443 : 80)
    return "\(scheme.rawValue)://\(host)" + (isStandardPort ? "" : ":\(port)")
  }

  /// An address that passed once, for a log that others read: `https://a.example/in?token=…&…`. A value
  /// in its query may be a token, and so may a word alone.
  package static func withoutQueryValues(_ text: String) -> String {
    guard let mark = text.firstIndex(of: "?") else { return text }
    let words = text[text.index(after: mark)...].split(
      separator: "&", omittingEmptySubsequences: false)
    let shown = words.map { word in
      word.firstIndex(of: "=").map { word[...$0] + "…" } ?? (word.isEmpty ? "" : "…")
    }
    return text[...mark] + shown.joined(separator: "&")
  }

  /// The name belongs to documentation or testing, so it counts as one that does not resolve and is
  /// not looked up.
  package var isReservedForDocumentation: Bool {
    !isExempt && SpecialNames.isForDocumentation(host)
  }
}
