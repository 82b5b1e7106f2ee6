import Domain
import Testing

/// What is taken, and what becomes of it.
@Suite struct EndpointURLTests {
  private let policy = AddressPolicy(allow: .nothing, ownHosts: ["app.shop.net"])

  @Test(arguments: [
    ("O01", "https://example-shop.com/"),
    ("O01", "https://hooks.example-shop.com/webhooks/v1?token=abc%20d"),
    ("O02", "https://xn--bcher-kva.example-shop.com/"), ("O03", "https://123.example-shop.com/"),
    ("O03", "https://1-2-3.example-shop.com/"), ("O03", "https://0xfoo.example-shop.com/"),
    ("O04", "https://a.b.c.d.e.f.example-shop.co.uk:8443/x/y/z"),
    ("O09", "https://shop.net/a%2Fb+c;d=e:f@g,h!i$j&k'l(m)n*o~p_q-r.s?t/u?v"),
    ("C23", "https://0x7f000001.shop.net/"), ("C23", "https://127.shop.net/"),
    ("C23", "https://127.0.0.1.shop.net/"), ("E32", "https://shop.net/../../x"),
    ("E32", "https://shop.net/%2e%2e/"), ("E32", "https://shop.net/..;/x"),
    ("F10", "https://xn--bcher-kva.shop.net/"), ("F13", "https://xn--pple-43d.com/"),
    ("I14", "https://169.254.169.254.nip.io/"), ("I14", "https://127.0.0.1.sslip.io/"),
    ("I14", "https://localtest.me/"), ("I14", "https://lvh.me/"), ("J09", "https://shop.net:8443/"),
    ("-", "https://shop.net"), ("-", "https://shop.net//a//"), ("-", "https://shop.net/?"),
    ("-", "https://mylocalhost.net/"), ("-", "https://internal.shop.net/"),
    ("-", "https://r3---sn-x.shop.net/"), ("-", "https://www.app.shop.net/"),
  ])
  func `an address of the open internet stays as it is`(row: String, text: String) throws {
    let url = try EndpointURL(text, policy: policy)

    #expect(url.text == text, "\(row)")
    #expect(url.scheme == .https)
    #expect(!url.isExempt)
    #expect(!url.isReservedForDocumentation)
  }

  @Test(arguments: [
    ("E26", "https://Hooks.SHOP.net/Path", "https://hooks.shop.net/Path"),
    ("E27", "HTTPS://shop.net/", "https://shop.net/"),
    ("J09", "https://shop.net:443/x", "https://shop.net/x"),
    ("-", "hTTps://shop.NET:8443", "https://shop.net:8443"),
  ])
  func `what has two spellings gets one`(row: String, text: String, spelling: String) throws {
    #expect(try EndpointURL(text, policy: policy).text == spelling, "\(row)")
  }

  @Test func `the parts are what stands in the text`() throws {
    let url = try EndpointURL("https://Hooks.Shop.net:8443/a%20b?c=d/e?f", policy: policy)

    #expect(url.host == "hooks.shop.net")
    #expect(url.port == 8_443)
    #expect(url.target == "/a%20b?c=d/e?f")
    #expect(try EndpointURL("https://shop.net", policy: policy).target == "")
    #expect(try EndpointURL(url.text, policy: policy) == url)
  }

  @Test func `the longest that may be is taken, and not a byte more`() throws {
    let label = String(repeating: "a", count: 63)
    let host = "\(label).\(label).\(label).\(String(repeating: "b", count: 61))"
    let url = "https://shop.net/" + String(repeating: "x", count: 2_048 - 17)

    #expect(host.utf8.count == 253)
    #expect(try EndpointURL("https://\(host)/", policy: policy).host == host)
    #expect(refusal("https://b\(host)/") == .badHost)
    #expect(refusal("https://a\(label).net/") == .badHost)
    #expect(try EndpointURL(url, policy: policy).text == url)
    #expect(refusal(url + "x") == .tooLong)
    let many = (0..<126).map { _ in "a" }.joined(separator: ".")
    #expect(try EndpointURL("https://\(many)/", policy: policy).host == many)
  }

  @Test(arguments: [
    "https://hooks.example.com/", "https://example.net/", "https://example.org/",
    "https://hooks.test/", "https://hooks.invalid/", "https://hooks.example/", "https://a.b.test/",
  ])
  func `names for documentation are right, and known not to resolve`(text: String) throws {
    #expect(try EndpointURL(text, policy: policy).isReservedForDocumentation)
  }

  @Test func `an exact place lifts the rules of name and port`() throws {
    let allow = try EndpointAllow(
      "localhost:8081,10.0.0.7:443,[::1]:9000,hooks.example.com:25,app.shop.net:443,db:3306")
    let policy = AddressPolicy(allow: allow, ownHosts: ["app.shop.net"])

    for text in [
      "https://localhost:8081/x", "https://10.0.0.7/", "https://[::1]:9000/",
      "https://hooks.example.com:25/", "https://app.shop.net/", "https://db:3306",
    ] {
      let url = try EndpointURL(text, policy: policy)
      #expect(url.text == text)
      #expect(url.isExempt)
      #expect(!url.isReservedForDocumentation)
    }
    #expect(refusal("https://localhost:8082/", policy) == .specialName)
    #expect(refusal("https://x.localhost:8081/", policy) == .specialName)
    #expect(refusal("https://10.0.0.7:8443/", policy) == .ipLiteral)
    #expect(refusal("https://[::1]:9001/", policy) == .ipLiteral)
    #expect(refusal("https://[0:0::1]:9000/", policy) == .ipLiteral)
    #expect(refusal("https://hooks.example.com:26/", policy) == .port)
    // The other rules stay: no user, no fragment, a plain path.
    #expect(refusal("https://u@localhost:8081/", policy) == .userInfo)
    #expect(refusal("https://localhost:8081/#x", policy) == .fragment)
    #expect(refusal("https://localhost:8081/a b", policy) == .path(.mustBeEncoded(0x20)))
  }

  @Test func `plain http is for a provider at an exact place only`() throws {
    let policy = try AddressPolicy(allow: EndpointAllow("localhost:8082,sandbox:80"))

    let url = try EndpointURL("http://localhost:8082/token", policy: policy, use: .provider)

    #expect(url.scheme == .http)
    #expect(url.text == "http://localhost:8082/token")
    #expect(try EndpointURL("http://sandbox", policy: policy, use: .provider).port == 80)
    #expect(refusal("http://localhost:8082/token", policy) == .plainHTTP)
    #expect(refusal("http://shop.net/", policy, use: .provider) == .port)
    #expect(refusal("http://shop.net:443/", policy, use: .provider) == .plainHTTP)
    #expect(try EndpointURL("https://shop.net/", policy: policy, use: .provider).port == 443)
  }

  private func refusal(
    _ text: String, _ policy: AddressPolicy? = nil, use: EndpointURL.Use = .webhook
  ) -> EndpointRefusal? {
    endpointRefusal(text, policy ?? self.policy, use: use)
  }
}

/// Why a text is refused; nil when it is not.
func endpointRefusal(
  _ text: String, _ policy: AddressPolicy, use: EndpointURL.Use = .webhook
) -> EndpointRefusal? {
  do throws(EndpointRefusal) {
    _ = try EndpointURL(text, policy: policy, use: use)
    return nil
  } catch {
    return error
  }
}
