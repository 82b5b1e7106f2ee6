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

  @Test(arguments: ["common", "organizations"])
  func `one document for all tenants names its issuer with a gap`(_ tenant: String) {
    let address = "https://login.microsoftonline.com/\(tenant)/v2.0"
    let gap = "https://login.microsoftonline.com/{tenantid}/v2.0"

    #expect(DiscoveryAddress(address).isOf(gap))
    #expect(DiscoveryAddress(address + "/.well-known/openid-configuration").isOf(gap))
    #expect(DiscoveryAddress(address).isOf(address))
  }

  @Test(arguments: [
    ("https://a.example/common/v2.0", "https://b.example/{tenantid}/v2.0"),
    ("https://a.example/common/v2.0", "https://a.example/{tenantid}/v1.0"),
    ("https://a.example/common/v2.0", "https://a.example/{tenantid}"),
    ("https://a.example/common/v2.0", "https://a.example/{other}/v2.0"),
    ("https://a.example/common/v2.0", "https://a.example/other/v2.0"),
    ("https://a.example/other/v2.0", "https://a.example/{tenantid}/v2.0"),
    ("https://common/v2.0", "https://{tenantid}/v2.0"),
    ("https://a.example", "https://a.example/{tenantid}"),
  ])
  func `a gap stands for a tenant's name and for nothing else`(_ address: String, _ issuer: String)
  {
    #expect(!DiscoveryAddress(address).isOf(issuer))
  }

  @Test func `an answer's issuer has a tenant's id where there is a gap`() {
    let expected = Provider.Issuer.ifPresent("https://a.example/{tenantid}/v2.0")
    let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

    #expect(expected.accepts("https://a.example/\(tenant)/v2.0"))
    #expect(expected.accepts(nil))
    for wrong in [
      "https://a.example/common/v2.0", "https://a.example/\(tenant)/x/v2.0",
      "https://b.example/\(tenant)/v2.0", "https://a.example/\(tenant)/v1.0",
      "https://a.example/{tenantid}/v2.0/", "https://a.example//v2.0",
    ] {
      #expect(!expected.accepts(wrong))
    }
    #expect(!Provider.Issuer.ifPresent("https://a.example").accepts("https://a.example/\(tenant)"))
  }
}
