import Testing

@testable import Domain

private func answer(
  _ body: String, status: Int = 200, type: String = "application/json", isCut: Bool = false
) -> ProviderAnswer {
  ProviderAnswer(status: status, contentType: type, body: Array(body.utf8), isCut: isCut)
}

private func failure(
  _ answer: ProviderAnswer, _ shape: TokenAnswer.Shape = .standard
) -> ProviderFailure? {
  do throws(ProviderFailure) {
    _ = try TokenAnswer.read(answer, shape: shape)
    return nil
  } catch {
    return error
  }
}

struct TokenAnswerTests {
  @Test func `a plain answer gives tokens, lifetime and scopes`() throws {
    let body = """
      {"access_token":"a","refresh_token":"r","expires_in":3600,"token_type":"bearer",\
      "scope":"one two"}
      """
    let grant = try TokenAnswer.read(answer(body), shape: .standard).grant

    #expect(
      grant
        == TokenGrant(
          accessToken: "a", refreshToken: "r", lifetimeSeconds: 3_600, scopes: ["one", "two"]))
  }

  @Test(arguments: [
    (#""3600""#, 3_600), ("0", 0), ("-5", 0), ("1e30", nil), ("99999999999", 316_224_000),
    ("null", nil),
  ])
  func `check 44: a lifetime may be text, nothing or nonsense`(text: String, seconds: Int?) throws {
    let body = #"{"access_token":"a","expires_in":\#(text)}"#

    #expect(try TokenAnswer.read(answer(body), shape: .standard).grant.lifetimeSeconds == seconds)
  }

  @Test func `check 20: an error inside a 200 is an error`() {
    #expect(
      failure(answer(#"{"error":"bad_verification_code"}"#), .gitHub)
        == .refused("bad_verification_code"))
    #expect(
      failure(answer(#"{"ok":false,"error":"invalid_code"}"#), .slack) == .refused("invalid_code"))
    #expect(failure(answer(#"{"ok":false}"#), .slack) == .refused("unknown_error"))
    #expect(
      failure(answer(#"{"status":"BAD_AUTH_CODE","message":"x"}"#, status: 400), .hubSpot)
        == .refused("bad_auth_code"))
  }

  @Test func `GitHub's form-encoded answer is read like its JSON`() throws {
    let type = "application/x-www-form-urlencoded"
    let body = "access_token=gho_1&scope=repo%2Cgist&token_type=bearer"
    let grant = try TokenAnswer.read(answer(body, type: type), shape: .gitHub).grant

    #expect(grant.accessToken == "gho_1")
    #expect(grant.scopes == ["repo", "gist"])
    #expect(failure(answer(body, type: type)) == .unreadable(.contentType))
    #expect(failure(answer("error=x", type: type), .gitHub) == .refused("x"))
  }

  @Test func `Slack's token of a person is under authed_user`() throws {
    let body = """
      {"ok":true,"team":{"id":"T"},"authed_user":{"id":"U","access_token":"xoxp",\
      "scope":"team:read,users:read","token_type":"user"}}
      """
    let grant = try TokenAnswer.read(answer(body), shape: .slack).grant

    #expect(grant.accessToken == "xoxp")
    #expect(grant.scopes == ["team:read", "users:read"])
  }

  @Test(arguments: [
    ("<html>", 200, "text/html", ProviderFailure.unreadable(.contentType)),
    ("{", 200, "application/json", .unreadable(.notJSON)),
    ("[]", 200, "application/json", .unreadable(.notJSON)),
    (#"{"a":1,"a":2}"#, 200, "application/json", .unreadable(.notJSON)),
    ("{}", 200, "application/json", .unreadable(.noToken)),
    (#"{"access_token":""}"#, 200, "application/json", .unreadable(.noToken)),
    (#"{"access_token":"a b"}"#, 200, "application/json", .unreadable(.noToken)),
    (#"{"access_token":"a","token_type":"mac"}"#, 200, "application/json", .unreadable(.tokenType)),
    ("", 307, "", .unreadable(.redirect)),
    ("", 429, "", .unavailable(status: 429)),
    ("<html>", 503, "text/html", .unavailable(status: 503)),
    (#"{"error":"invalid_grant"}"#, 403, "application/json", .refused("invalid_grant")),
    (#"{"error":"a\nb"}"#, 400, "application/json", .refused("a_b")),
    ("{}", 404, "application/json", .unreadable(.noToken)),
  ])
  func `an odd answer is a named failure`(
    body: String, status: Int, type: String, expected: ProviderFailure
  ) {
    let found = failure(answer(body, status: status, type: type))

    #expect(found == expected || (status == 404 && found == .unreadable(.status)))
  }

  @Test func `a token of 64 KiB and an endless answer are refused`() {
    let long = String(repeating: "x", count: TokenAnswer.tokenLimitBytes + 1)

    #expect(failure(answer(#"{"access_token":"\#(long)"}"#)) == .unreadable(.tokenTooLong))
    #expect(failure(answer("{", isCut: true)) == .unreadable(.tooLarge))
  }

  @Test(arguments: [
    ("invalid_grant", ProviderFailure.Kind.grantIsDead), ("unauthorized_client", .grantIsDead),
    ("invalid_auth", .grantIsDead), ("token_revoked", .grantIsDead),
    ("token_expired", .grantIsDead), ("account_inactive", .grantIsDead),
    ("invalid_refresh_token", .grantIsDead), ("bad_refresh_token", .grantIsDead),
    ("interaction_required", .grantIsDead), ("consent_required", .grantIsDead),
    ("invalid_client_id", .ourSetup), ("bad_client_secret", .ourSetup), ("ratelimited", .passing),
    ("invalid_client", .ourSetup), ("server_error", .passing), ("whatever", .garbage),
  ])
  func `check 43: what kills a grant is told from what passes`(
    word: String, kind: ProviderFailure.Kind
  ) {
    #expect(ProviderFailure.refused(word).kind == kind)
    #expect(ProviderFailure.unavailable(status: 429).kind == .passing)
    #expect(ProviderFailure.unreachable(.timeout).kind == .passing)
  }
}

struct ScopeDialectTests {
  @Test func `check 21: what was granted is compared in the provider's own spelling`() {
    let google = ScopeDialect.google
    let email = "https://www.googleapis.com/auth/userinfo.email"
    #expect(
      google.granted(of: [email, "openid"], answer: ["email", "openid"]) == [email, "openid"])
    #expect(google.granted(of: [email], answer: ["openid"]) == [])

    let microsoft = ScopeDialect.microsoft
    #expect(
      microsoft.granted(
        of: ["offline_access", "Mail.Read", "Mail.Send"],
        answer: ["https://graph.microsoft.com/mail.read"]) == ["offline_access", "Mail.Read"])

    #expect(
      ScopeDialect.gitHub.granted(
        of: ["public_repo", "user:email", "gist"], answer: ["repo", "user"])
        == ["public_repo", "user:email"])
    #expect(ScopeDialect.plain.granted(of: ["a", "b"], answer: nil) == ["a", "b"])
    #expect(ScopeDialect.plain.beyond(["a"], answer: ["a", "b"]) == ["b"])
  }
}

struct IdentityTests {
  private func identity(_ id: StaticString) -> IdentityCall {
    AppCatalog.app(AppID(id))!.provider!.identity
  }

  @Test func `an account has an id that stays and a name for people`() throws {
    let slack = answer(#"{"ok":true,"team":"Acme","team_id":"T1","user":"ada","user_id":"U1"}"#)
    #expect(
      try identity("slack").read(slack).identity
        == AccountIdentity(id: "T1:U1", name: "Acme (ada)"))

    let hubSpot = answer(#"{"hub_id":7,"hub_domain":"acme.com","user":"a@b","scopes":["oauth"]}"#)
    let read = try identity("hubspot").read(hubSpot)
    #expect(read.identity == AccountIdentity(id: "7", name: "acme.com (a@b)"))
    #expect(read.scopes == ["oauth"])
  }

  @Test func `an account without an id is none`() {
    #expect(throws: ProviderFailure.unreadable(.noAccount)) {
      try identity("github").read(answer(#"{"login":"ada"}"#))
    }
    #expect(throws: ProviderFailure.refused("invalid_auth")) {
      try identity("slack").read(answer(#"{"ok":false,"error":"invalid_auth"}"#))
    }
  }

  @Test(arguments: [
    "http://169.254.169.254", "https://127.0.0.1.nip.io", "https://evil.com/.salesforce.com",
    "https://x.salesforce.com.evil.com", "https://[::1]", "https://[::ffff:10.0.0.1]",
    "https://salesforce.com", "https://evil.com@x.salesforce.com", "https://X.salesforce.com",
    "//x.salesforce.com",
  ])
  func `check 34: an address from an answer is called at the provider's hosts alone`(
    address: String
  ) {
    #expect(!identity("salesforce").allows(address))
    #expect(identity("salesforce").allows("https://acme.my.salesforce.com/id/1/2"))
  }

  @Test func `a foreign name is one line of a bounded length`() {
    let name = AccountIdentity(id: "1", name: "a\nb" + String(repeating: "x", count: 500)).name

    #expect(name.hasPrefix("ab") && name.count == 120)
    #expect(AccountIdentity(id: "1", name: "\n").name == "1")
  }
}

struct RevocationTests {
  private let client = ProviderClient(id: "c", secret: "s")
  private let tokens = TokenPair(access: "a", refresh: "r")
  private func provider(_ id: StaticString) -> Provider { AppCatalog.app(AppID(id))!.provider! }

  @Test func `each grant is revoked in its provider's own way`() throws {
    let gitHub = try #require(provider("github").revocation(of: tokens, client: client))
    #expect(gitHub.method == .delete)
    #expect(gitHub.address == "https://api.github.com/applications/c/grant")
    #expect(String(decoding: gitHub.body, as: UTF8.self) == #"{"access_token":"a"}"#)

    let dropbox = try #require(provider("dropbox").revocation(of: tokens, client: client))
    #expect(dropbox.body.isEmpty && dropbox.headers.map(\.name) == ["Authorization"])

    let google = try #require(provider("google-drive").revocation(of: tokens, client: client))
    #expect(String(decoding: google.body, as: UTF8.self) == "token=r")

    let notion = try #require(provider("notion").revocation(of: tokens, client: client))
    #expect(String(decoding: notion.body, as: UTF8.self) == #"{"token":"r"}"#)

    #expect(provider("onedrive").revocation(of: tokens, client: client) == nil)
  }

  @Test func `check 48: answers tell done from gone from later`() throws {
    let google = provider("google-drive")
    #expect(try google.revocationOutcome(answer("{}")) == .confirmed)
    #expect(
      try google.revocationOutcome(answer(#"{"error":"invalid_token"}"#, status: 400))
        == .alreadyGone)
    #expect(throws: ProviderFailure.unavailable(status: 503)) {
      try google.revocationOutcome(answer("", status: 503))
    }
    #expect(
      try provider("github").revocationOutcome(answer("", status: 204, type: "")) == .confirmed)
    #expect(
      try provider("github").revocationOutcome(answer("{}", status: 404)) == .alreadyGone)
    #expect(
      try provider("slack").revocationOutcome(answer(#"{"ok":false,"error":"token_revoked"}"#))
        == .alreadyGone)
    #expect(try provider("jira").revocationOutcome(answer("{}")) == .bestEffort)
    #expect(throws: ProviderFailure.refused("invalid_client")) {
      try google.revocationOutcome(answer(#"{"error":"invalid_client"}"#, status: 401))
    }
  }
}
