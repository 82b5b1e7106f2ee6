import Domain
import Store

extension AdminAppPage {
  /// What stands in the form; the secret never does.
  struct Answers {
    var isEnabled: Bool
    var clientID: String
    var addresses: ConfiguredApp.Addresses
    var issuer: String
    var clientAuthentication: Provider.ClientAuthentication?
    var offered: Set<String>

    init(_ app: ConfiguredApp) {
      isEnabled = app.isEnabled
      clientID = app.clientID ?? ""
      addresses = app.addresses
      issuer = app.issuer ?? ""
      clientAuthentication = app.app.provider?.clientAuthentication
      offered = Set(app.allScopes.map(\.name)).subtracting(app.withheldScopes)
    }

    init(_ form: Query, _ app: ConfiguredApp) throws(Query.Malformed) {
      func address(_ name: String) throws(Query.Malformed) -> String? {
        let text = try form.one(name)?.trimmingSpaces ?? ""
        return text.isEmpty ? nil : text
      }
      isEnabled = try form.one("enabled") == "on"
      clientID = try form.one("client_id")?.trimmingSpaces ?? ""
      addresses = ConfiguredApp.Addresses(
        authorization: try address("authorization_url"), token: try address("token_url"),
        revocation: try address("revocation_url"), identity: try address("identity_url"))
      issuer = try form.one("issuer")?.trimmingSpaces ?? ""
      clientAuthentication = try form.one("client_authentication").flatMap { .init(rawValue: $0) }
      offered = Set(form.all("scopes"))
    }

    func problems(of app: ConfiguredApp) -> [FieldError] {
      var problems: [FieldError] = []
      if clientID.utf8.count > 255 {
        problems.append(FieldError("client_id", "Client ID must be 255 characters or fewer"))
      } else if clientID.isEmpty, app.clientID != nil {
        problems.append(
          FieldError(
            "client_id",
            "Enter the client ID. So that nobody can connect it, untick “People can connect it”"))
      }
      // The catalog has others to fall back on.
      if app.isOwn, addresses.authorization == nil {
        problems.append(FieldError("authorization_url", "Enter the authorization URL"))
      }
      if app.isOwn, addresses.token == nil {
        problems.append(FieldError("token_url", "Enter the token URL"))
      }
      return problems
    }

    /// - Parameter secret: Empty: the one that is there stays.
    func change(of app: ConfiguredApp, secret: String?) -> AppChange {
      var change = AppChange()
      change.isEnabled = isEnabled
      if app.app.provider != nil {
        change.clientID = clientID.isEmpty ? nil : clientID
        change.clientSecret = (secret?.trimmingSpaces).flatMap { $0.isEmpty ? nil : $0 }
        change.addresses = addresses
        change.issuer = issuer
        change.clientAuthentication = app.isOwn ? clientAuthentication : nil
        let optional = app.allScopes.filter { !$0.isRequired }.map(\.name)
        change.withheldScopes = Set(optional).subtracting(offered)
      }
      return change
    }
  }
}
