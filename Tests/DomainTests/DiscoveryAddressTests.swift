import Testing

@testable import Domain

struct DiscoveryAddressTests {
  @Test(arguments: [
    ("https://a.example", "https://a.example", ""), ("https://a.example/", "https://a.example", ""),
    ("https://a.example/b", "https://a.example", "/b"),
  ])
  func `an issuer's document lies below it, or before its path`(
    _ issuer: String, _ host: String, _ path: String
  ) {
    #expect(
      DiscoveryAddress(issuer).documents == [
        "\(host)\(path)/.well-known/openid-configuration",
        "\(host)/.well-known/oauth-authorization-server\(path)",
      ])
    #expect(DiscoveryAddress(issuer).isOf(issuer))
  }

  @Test(arguments: [
    ("https://a.example/b/.well-known/openid-configuration", "https://a.example/b"),
    ("https://a.example/.well-known/oauth-authorization-server", "https://a.example"),
    ("https://a.example/.well-known/oauth-authorization-server/b", "https://a.example/b"),
  ])
  func `a document's address says whose it is`(_ document: String, _ issuer: String) {
    #expect(DiscoveryAddress(document).documents == [document])
    #expect(DiscoveryAddress(document).isOf(issuer))
  }

  @Test(arguments: [
    "https://b.example", "https://a.example.evil.example", "http://a.example", "",
    "https://a.example/b", "https://A.example",
  ])
  func `another issuer's document is not believed`(_ issuer: String) {
    #expect(!DiscoveryAddress("https://a.example").isOf(issuer))
  }
}
