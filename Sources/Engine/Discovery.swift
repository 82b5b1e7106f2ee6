package import Domain

/// What a provider says of itself. RFC 8414 section 2, OpenID Connect Discovery section 3.
package struct DiscoveredProvider: Sendable, Equatable {
  package let issuer: String?
  /// Each of its answers to a browser names the issuer. RFC 9207 section 3.
  package let sendsIssuer: Bool
  package let addresses: Provider.Addresses
  package let clientAuthentication: Provider.ClientAuthentication
}

extension Providers {
  /// Reads a discovery document: OpenID Connect's, or where there is none RFC 8414's.
  /// - Parameter address: Of the document, or of the issuer whose it is.
  /// - Throws: `.unreadable(.otherIssuer)` for one that names another issuer than was asked for.
  package func discover(_ address: String) throws(ProviderFailure) -> DiscoveredProvider {
    let address = DiscoveryAddress(address)
    var answer = try document(at: address.documents[0])
    if answer.status == 404, address.documents.count > 1 {
      answer = try document(at: address.documents[1])
    }
    let found = try described(by: answer)
    if let issuer = found.issuer, !address.isOf(issuer) { throw .unreadable(.otherIssuer) }
    return found
  }

  private func document(at address: String) throws(ProviderFailure) -> ProviderAnswer {
    try call(
      ProviderRequest(method: .get, address: address, headers: [("Accept", "application/json")]))
  }

  private func described(
    by answer: ProviderAnswer
  ) throws(ProviderFailure) -> DiscoveredProvider {
    try answer.check()
    guard answer.isSuccess else { throw .unreadable(.status) }
    let members = try answer.object()
    guard let authorization = members.text(at: ["authorization_endpoint"]),
      let token = members.text(at: ["token_endpoint"])
    else { throw .unreadable(.notJSON) }
    return DiscoveredProvider(
      issuer: members.text(at: ["issuer"]),
      sendsIssuer: members["authorization_response_iss_parameter_supported"]?.bool ?? false,
      addresses: Provider.Addresses(
        authorization: authorization, token: token,
        revocation: members.text(at: ["revocation_endpoint"]),
        identity: members.text(at: ["userinfo_endpoint"])),
      clientAuthentication: clientAuthentication(members))
  }

  /// HTTP Basic, which every server has to know and which is meant where none is named, unless it takes
  /// the form alone.
  private func clientAuthentication(_ members: JSONObject) -> Provider.ClientAuthentication {
    let ways = (members["token_endpoint_auth_methods_supported"]?.elements ?? []).compactMap(
      \.string)
    let takesForm = ways.contains("client_secret_post") && !ways.contains("client_secret_basic")
    return takesForm ? .post : .basic
  }
}
