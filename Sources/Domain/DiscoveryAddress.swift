/// Where a provider's description of itself is, and whose it has to be.
package struct DiscoveryAddress: Sendable, Equatable {
  private static let folder = "/.well-known/"

  /// One, or two to be tried in this order: OpenID Connect's and, where there is none, RFC 8414's.
  package let documents: [String]
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
      documents = [text]
      issuer = Self.trimmed(String(parts.before + parts.after))
    } else {
      issuer = Self.trimmed(text)
      documents = [issuer + Self.folder + "openid-configuration", Self.metadata(of: issuer)]
    }
  }

  /// Between the host and the path of the issuer. RFC 8414 section 3.1.
  private static func metadata(of issuer: String) -> String {
    let parts = issuer.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    let path = parts.count > 3 ? "/" + parts[3] : ""
    return parts.prefix(3).joined(separator: "/") + folder + "oauth-authorization-server" + path
  }

  /// Whether a document that names `issuer` may be believed. RFC 8414 section 3.3: it has to be the
  /// one that was asked for, or anybody's document could speak for it.
  package func isOf(_ issuer: String) -> Bool {
    let named = Self.trimmed(issuer)
    return named == self.issuer || named == Self.ofAllTenants(self.issuer)
  }

  /// Names in an address that stand for whatever tenant a person belongs to.
  private static let tenants: Set<Substring> = ["common", "organizations"]

  /// How a document that describes many issuers at once names them: with a gap where the address has
  /// such a name, everything else the same. nil for an address without one.
  ///
  /// Source: Microsoft identity platform, "Access tokens", section "Multitenant applications".
  private static func ofAllTenants(_ issuer: String) -> String? {
    var parts = issuer.split(separator: "/", omittingEmptySubsequences: false)
    // Behind the scheme and the host.
    guard let index = parts.indices.dropFirst(3).first(where: { tenants.contains(parts[$0]) })
    else { return nil }
    parts[index] = Provider.Issuer.tenantGap
    return parts.joined(separator: "/")
  }

  private static func trimmed(_ text: String) -> String {
    text.hasSuffix("/") ? String(text.dropLast()) : text
  }
}
