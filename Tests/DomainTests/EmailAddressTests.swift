import Domain
import Testing

@Suite struct EmailAddressTests {
  @Test(arguments: [
    ("you@example.com", "you@example.com"), ("Ada.L+tag@Example.COM", "ada.l+tag@example.com"),
    ("root@localhost", "root@localhost"), ("a@b-c.d", "a@b-c.d"), ("o'neil@x.y", "o'neil@x.y"),
    (".dots..@x.y", ".dots..@x.y"), ("1@2.3", "1@2.3"),
  ])
  func `an address is kept in lower case`(given: String, kept: String) {
    #expect(EmailAddress(given)?.text == kept)
  }

  @Test(arguments: [
    "", "@", "you", "you@", "@example.com", "a@b@c", "a b@c.d", " a@c.d", "a@c.d ", "a@c.d\n",
    "a\n@c.d", "a@c..d", "a@.c", "a@c.", "a@-c.d", "a@c-.d", "a@c_d.e", "a@[127.0.0.1]",
    "\"a\"@c.d",
    "a,b@c.d", "<a@c.d>", "a;b@c.d", "a:b@c.d", "(a)@c.d", "a\\b@c.d", "a\u{0}@c.d", "ä@c.d",
    "a@ä.d", "a@c.d\u{7F}", "a@c.d,b@e.f", "a@c.d%0d%0a",
  ])
  func `anything else is none`(text: String) {
    #expect(EmailAddress(text) == nil)
  }

  @Test func `254 characters are the most, 64 of them before the sign`() {
    let label = String(repeating: "b", count: 63)
    let local = String(repeating: "a", count: 64)
    let longest = "\(local)@\(label).\(label).\(String(repeating: "b", count: 61))"

    #expect(longest.utf8.count == 254)
    #expect(EmailAddress(longest) != nil)
    #expect(EmailAddress(longest + "b") == nil)
    #expect(EmailAddress("a\(local)@c.d") == nil)
    #expect(EmailAddress("a@b\(label)") == nil)
  }
}
