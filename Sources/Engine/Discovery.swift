package import Domain

/// What a provider says of itself. RFC 8414 section 2, OpenID Connect Discovery section 3.
package struct DiscoveredProvider: Sendable, Equatable {
  package let issuer: String?
  package let addresses: Provider.Addresses
}

extension Providers {
  /// Reads a discovery document.
  /// - Parameter address: Of the document, or of the issuer whose it is.
  /// - Throws: `.unreadable(.otherIssuer)` for one that names another issuer than was asked for.
  package func discover(_ address: String) throws(ProviderFailure) -> DiscoveredProvider {
    let address = DiscoveryAddress(address)
    let answer = try call(
      ProviderRequest(
        method: .get, address: address.document, headers: [("Accept", "application/json")]))
    guard answer.isSuccess, !answer.isCut else { throw .unreadable(.status) }
    let members = try answer.object()
    let issuer = members.text(at: ["issuer"])
    if let issuer, !address.isOf(issuer) { throw .unreadable(.otherIssuer) }
    guard let authorization = members.text(at: ["authorization_endpoint"]),
      let token = members.text(at: ["token_endpoint"])
    else { throw .unreadable(.notJSON) }
    return DiscoveredProvider(
      issuer: issuer,
      addresses: Provider.Addresses(
        authorization: authorization, token: token,
        revocation: members.text(at: ["revocation_endpoint"]),
        identity: members.text(at: ["userinfo_endpoint"])))
  }
}
