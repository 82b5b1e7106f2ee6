import Testing

@testable import Domain

struct AuthorizationTests {
  private func app(_ id: StaticString) -> Provider { AppCatalog.app(AppID(id))!.provider! }

  @Test func `check 5: the challenge is that of RFC 7636, appendix B`() {
    let pkce = PKCE(verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")

    #expect(pkce.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")
    #expect(PKCE(bytes: [UInt8](repeating: 7, count: 32)).verifier.utf8.count == 43)
  }

  @Test func `check 1: only the hash of the state tells it`() {
    let state = OAuthState(bytes: [UInt8](repeating: 1, count: 32))

    #expect(state.text.utf8.count == 43)
    #expect(state.hash == OAuthState(state.text).hash)
    #expect(state.hash.count == 32)
  }

  private func address(
    _ provider: Provider, scopes: [String] = ["a b", "c:d"], pkce: PKCE? = nil
  ) -> String {
    AuthorizationRequest(
      provider: provider, clientID: "id&", redirectURI: "https://us.example/x?y=1",
      state: OAuthState("s"), pkce: pkce, scopes: scopes
    ).address
  }

  @Test func `check 11: everything is encoded, and a query that is there stays`() {
    var provider = app("gitlab")
    provider.addresses.authorization = "https://as.example/authorize?x=1"

    #expect(
      address(provider) == """
        https://as.example/authorize?x=1&response_type=code&client_id=id%26&redirect_uri=\
        https%3A%2F%2Fus.example%2Fx%3Fy%3D1&state=s&scope=a%20b%20c%3Ad
        """)
  }

  @Test func `scopes go where each provider wants them`() {
    let hubSpot = address(app("hubspot"), scopes: ["oauth", "crm.lists.read"])

    #expect(hubSpot.contains("&scope=oauth&optional_scope=crm.lists.read"))
    #expect(address(app("slack"), scopes: ["a", "b"]).contains("&user_scope=a%2Cb"))
    #expect(!address(app("pipedrive")).contains("scope"))
    #expect(address(app("notion")).contains("&owner=user"))
    #expect(address(app("dropbox")).contains("&token_access_type=offline"))
  }

  @Test func `check 6: a verifier goes with a challenge and never without`() {
    let client = ProviderClient(id: "c", secret: "s")
    let pkce = PKCE(verifier: "v")
    let provider = app("gitlab")

    #expect(address(provider, pkce: pkce).contains("&code_challenge_method=S256"))
    let with = provider.exchange(code: "x", redirectURI: "r", pkce: pkce, client: client)
    let without = provider.exchange(code: "x", redirectURI: "r", pkce: nil, client: client)
    #expect(String(decoding: with.body, as: UTF8.self).contains("code_verifier=v"))
    #expect(!String(decoding: without.body, as: UTF8.self).contains("code_verifier"))
  }

  @Test func `the client is shown as each provider wants it`() {
    let client = ProviderClient(id: "a:b", secret: "s/")
    let notion = app("notion").exchange(code: "x", redirectURI: "r", pkce: nil, client: client)
    let google = app("google-drive").exchange(
      code: "x", redirectURI: "r", pkce: nil, client: client)

    #expect(notion.headers.contains { $0 == ("Authorization", "Basic YSUzQWI6cyUyRg==") })
    #expect(
      String(decoding: notion.body, as: UTF8.self)
        == #"{"grant_type":"authorization_code","code":"x","redirect_uri":"r"}"#)
    #expect(!google.headers.contains { $0.name == "Authorization" })
    #expect(String(decoding: google.body, as: UTF8.self).hasSuffix("client_secret=s%2F"))
  }

  @Test func `a refresh asks for less only where less is given`() {
    let client = ProviderClient(id: "c", secret: "s")
    func body(_ id: StaticString) -> String {
      let request = app(id).refresh("r", scopes: ["one"], redirectURI: "u", client: client)
      return String(decoding: request.body, as: UTF8.self)
    }

    #expect(body("gitlab").contains("redirect_uri=u&scope=one"))
    #expect(body("microsoft-365").contains("scope=one"))
    #expect(!body("salesforce").contains("scope="))
  }
}
