import Domain
import Engine
import Store

/// The form for an app that is not in the catalog.
struct NewAppPage {
  struct Answers {
    var name = ""
    var category: App.Category?
    var clientID = ""
    var addresses = ConfiguredApp.Addresses()
    var issuer = ""
    var sendsIssuer = false
    var clientAuthentication = Provider.ClientAuthentication.basic
    var scopes = ""
    var discovery = ""

    init() {}

    init(_ form: Query) throws(Query.Malformed) {
      func text(_ name: String) throws(Query.Malformed) -> String {
        try form.one(name)?.trimmingSpaces ?? ""
      }
      func address(_ name: String) throws(Query.Malformed) -> String? {
        let text = try text(name)
        return text.isEmpty ? nil : text
      }
      name = try text("name")
      category = App.Category(rawValue: try text("category"))
      clientID = try text("client_id")
      addresses = ConfiguredApp.Addresses(
        authorization: try address("authorization_url"), token: try address("token_url"),
        revocation: try address("revocation_url"), identity: try address("identity_url"))
      issuer = try text("issuer")
      sendsIssuer = try form.one("sends_issuer") == "yes"
      clientAuthentication = .init(rawValue: try text("client_authentication")) ?? .basic
      scopes = try text("scopes")
      discovery = try text("discovery")
    }

    mutating func fill(_ found: DiscoveredProvider) {
      addresses = ConfiguredApp.Addresses(
        authorization: found.addresses.authorization, token: found.addresses.token,
        revocation: found.addresses.revocation, identity: found.addresses.identity)
      issuer = found.issuer ?? ""
      sendsIssuer = found.sendsIssuer
      clientAuthentication = found.clientAuthentication
    }

    private var scopeNames: [String] {
      var seen: Set<String> = []
      return scopes.split { $0 == " " || $0 == "," || $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
        .map(String.init).filter { seen.insert($0).inserted }
    }

    var problems: [FieldError] {
      var problems: [FieldError] = []
      if name.isEmpty {
        problems.append(FieldError("name", "Enter a name"))
      } else if name.count > 60 || AppID(name: name) == nil || AppID(name: name)?.rawValue == "new"
      {
        problems.append(
          FieldError("name", "Use up to 60 characters, with a letter or a digit among them"))
      } else if let lack = OneLine.lack(name) {
        problems.append(FieldError("name", "Use \(lack)"))
      }
      if category == nil { problems.append(FieldError("category", "Choose a category")) }
      if clientID.isEmpty { problems.append(FieldError("client_id", "Enter the client ID")) }
      if addresses.authorization == nil {
        problems.append(FieldError("authorization_url", "Enter the authorization URL"))
      }
      if addresses.token == nil {
        problems.append(FieldError("token_url", "Enter the token URL"))
      }
      if scopeNames.count > 50 || !scopeNames.allSatisfy(isScope) {
        problems.append(
          FieldError(
            "scopes",
            "Use up to 50 scopes of plain letters and signs, without quotes or backslashes"))
      }
      return problems
    }

    /// RFC 6749 section 3.3.
    private func isScope(_ name: String) -> Bool {
      name.utf8.count <= 255
        && name.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }

    func app(secret: String) -> OwnApp? {
      guard let id = AppID(name: name), let category, let authorization = addresses.authorization,
        let token = addresses.token
      else { return nil }
      return OwnApp(
        id: id, name: name, category: category, clientID: clientID, clientSecret: secret,
        addresses: Provider.Addresses(
          authorization: authorization, token: token, revocation: addresses.revocation,
          identity: addresses.identity),
        clientAuthentication: clientAuthentication, issuer: issuer.isEmpty ? nil : issuer,
        sendsIssuer: sendsIssuer, scopes: scopeNames.map { AppScope($0, $0, isRequired: true) })
    }
  }

  let shell: Shell
  var answers = Answers()
  var errors: [FieldError] = []

  func render() -> HTML {
    let formErrors = FormErrors(list: errors)
    return Frame(
      title: "Add an app", hasErrors: !errors.isEmpty, section: .adminApps,
      content: """
        \(PageHead(
          back: (shell.links(.admin(.apps)), "Apps"), errors: formErrors, heading: "Add an app",
          lede: "Any provider of OAuth 2.0 or OpenID Connect."
        ).render())
        <form class="card" method="post" action="\(shell.links(.admin(.newApp)))" novalidate>
        \(shell.tokenField)<input type="hidden" name="issuer" value="\(answers.issuer)">\
        \(answers.sendsIssuer
          ? "<input type=\"hidden\" name=\"sends_issuer\" value=\"yes\">" : HTML())
        <div class="part">
        \(field("name", "Name", answers.name, formErrors, hint: "As people know it"))
        \(category(formErrors))
        </div>
        <div class="part"><h2>Client</h2>
        \(field("client_id", "Client ID", answers.clientID, formErrors))
        \(TextField(
          name: "client_secret", label: "Client secret",
          hint: "It is stored encrypted and never shown again",
          attributes: " type=\"password\" autocomplete=\"new-password\"").render(formErrors))
        \(ClientAuthenticationField(chosen: answers.clientAuthentication).render())
        </div>
        <div class="part"><h2>Addresses</h2>
        \(TextField(
          name: "discovery", label: "Issuer (optional)",
          hint: "Its discovery document fills the addresses in", value: answers.discovery,
          attributes: " type=\"url\" autocomplete=\"off\" spellcheck=\"false\"",
          button: """
            <button class="button plain" name="discover" value="yes">Read addresses</button>
            """, style: .code
        ).render(formErrors))
        \(url("authorization_url", "Authorization URL", answers.addresses.authorization, formErrors))
        \(url("token_url", "Token URL", answers.addresses.token, formErrors))
        \(url("revocation_url", "Revocation URL", answers.addresses.revocation, formErrors,
          hint: "Optional: how access is given back"))
        \(url("identity_url", "User info URL", answers.addresses.identity, formErrors,
          hint: "Optional: whose account was connected"))
        \(field("scopes", "Scopes", answers.scopes, formErrors,
          hint: "Optional: separated by spaces, as the provider spells them"))
        </div>
        <div class="part foot"><button class="button primary">Add app</button> \
        <a class="button quiet" href="\(shell.links(.admin(.apps)))">Cancel</a></div>
        </form>
        """
    ).render(in: shell)
  }

  private func field(
    _ name: String, _ label: String, _ value: String, _ errors: FormErrors, hint: String? = nil
  ) -> HTML {
    TextField(
      name: name, label: label, hint: hint, value: value,
      attributes: " type=\"text\" autocomplete=\"off\" spellcheck=\"false\"", style: .full
    ).render(errors)
  }

  private func url(
    _ name: String, _ label: String, _ value: String?, _ errors: FormErrors, hint: String? = nil
  ) -> HTML {
    TextField(
      name: name, label: label, hint: hint, value: value ?? "",
      attributes: " type=\"url\" autocomplete=\"off\" spellcheck=\"false\"", style: .code
    ).render(errors)
  }

  private func category(_ errors: FormErrors) -> HTML {
    """
    <div class="field"><label for="category">Category</label>\(errors.message(for: "category"))
    <div class="row select"><select id="category" name="category"\
    \(errors.ties(for: "category", hasHint: false))>
    <option value="">Choose…</option>
    \(App.Category.allCases.map { category in
      """
      <option value="\(category.rawValue)"\
      \(HTML.flag("selected", when: category == answers.category))>\(category.word)</option>

      """
    })</select>\(Icon.chevronDown)</div></div>
    """
  }
}
