/// Where a provider's description of itself is, and whose it has to be.
package struct DiscoveryAddress: Sendable, Equatable {
  private static let folder = "/.well-known/"

  package let document: String
  /// What the document has to name as its issuer, without a slash at its end.
  package let issuer: String

  /// - Parameter text: The issuer, or the address of its document: with the well-known part at the end
  ///   (OpenID Connect Discovery 1.0 section 4) or before the path (RFC 8414 section 3).
  package init(_ text: String) {
    var parts: (before: Substring, after: Substring)?
    var start = text.startIndex
    while start < text.endIndex, parts == nil {
      if text[start...].hasPrefix(Self.folder) {
        let name = text[start...].dropFirst(Self.folder.count)
        parts = (text[..<start], name.drop { $0 != "/" })
      }
      start = text.index(after: start)
    }
    if let parts {
      document = text
      issuer = Self.trimmed(String(parts.before + parts.after))
    } else {
      issuer = Self.trimmed(text)
      document = issuer + Self.folder + "openid-configuration"
    }
  }

  /// Whether a document that names `issuer` may be believed. RFC 8414 section 3.3: it has to be the
  /// one that was asked for, or anybody's document could speak for it.
  package func isOf(_ issuer: String) -> Bool { Self.trimmed(issuer) == self.issuer }

  private static func trimmed(_ text: String) -> String {
    text.hasSuffix("/") ? String(text.dropLast()) : text
  }
}
