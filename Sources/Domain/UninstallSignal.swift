import Crypto

/// Pipedrive's word that an account has removed us: a DELETE of the callback with a JSON body, as
/// HTTP Basic with our own client id and secret.
package enum UninstallSignal {
  /// Whose it is, as `AccountIdentity.id` of the app has it.
  /// - Returns: nil for what is no such signal, or another client's.
  package static func account(in body: [UInt8], clientID: String) -> String? {
    guard let value = try? JSONValue(body), let members = try? value.object(),
      members.text(at: ["client_id"]) == clientID,
      let company = members.text(at: ["company_id"]), let user = members.text(at: ["user_id"])
    else { return nil }
    return "\(company):\(user)"
  }
}

extension ProviderClient {
  /// Whether a header `Authorization` shows this client, its halves encoded (RFC 6749 section 2.3.1) or
  /// plain.
  package func isShown(by authorization: String) -> Bool {
    let shown = Array(authorization.utf8)
    return [basic, Self.basic(id, secret)].contains {
      equalInConstantTime(shown, Array($0.utf8))
    }
  }
}
