import Domain
import Testing

@Suite struct BaseURLTests {
  @Test(arguments: [
    (
      "https://app.example.com/settings/integrations", "https://app.example.com",
      "/settings/integrations"
    ),
    (
      "HTTP://LocalHost:8080/settings/integrations/", "http://localhost:8080",
      "/settings/integrations"
    ),
    ("https://app.example.com:443", "https://app.example.com", ""),
    ("http://app.example.com:443/", "http://app.example.com:443", ""),
    ("http://127.0.0.1:80/A-b_c.d~e", "http://127.0.0.1", "/A-b_c.d~e"),
    ("https://[2001:db8::1]:8443/x", "https://[2001:db8::1]:8443", "/x"),
  ])
  func `an address gives its origin and prefix`(text: String, origin: String, prefix: String) throws
  {
    let url = try #require(BaseURL(text))

    #expect(url.origin == origin)
    #expect(url.prefix == prefix)
    #expect(url.text == origin + prefix)
    #expect(url.isHTTPS == origin.hasPrefix("https:"))
  }

  @Test(arguments: [
    "", "https://", "https:///x", "app.example.com/x", "ftp://a/x", "https:/a", "https://a//x",
    "https://a/x//", "https://a/../x", "https://a/./x", "https://a/x?y", "https://a/x#y",
    "https://a/%41",
    "https://a:0/x", "https://a:65536", "https://a:/x", "https://u@a/x", "https://a b/x",
    "https://a/x y",
    "https://[::1", "https://[127.0.0.1]/", "https://a_b/", "https://a/ä",
  ])
  func `anything else is refused`(text: String) {
    #expect(BaseURL(text) == nil)
  }
}
