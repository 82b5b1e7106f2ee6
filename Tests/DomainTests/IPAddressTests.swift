import Domain
import Testing

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.0.2.1", "192.0.2.1"),
    ("::", "::"), ("::1", "::1"), ("1::", "1::"), ("0:0:0:0:0:0:0:1", "::1"),
    ("2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
    ("::ffff:127.0.0.1", "::ffff:7f00:1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ("0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8"),
    ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
  ])
  func `an address has one spelling`(text: String, spelling: String) {
    #expect(IPAddress(text)?.description == spelling)
  }

  @Test(arguments: [
    "", ".", ":", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4.", "0x7f.0.0.1", "1..2.3",
    "1.2.3.4 ", "+1.2.3.4", "127.1", "2130706433", ":::", "1::2::3", ":1", "1:", "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "12345::", "g::", "::1%lo",
    "[::1]", "::1.2.3", "1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::+1", "::-1", "１::",
    ":1:2:3:4:5:6:7", "1:2:3:4:5:6:7:", "::/0",
  ])
  func `anything else is no address`(text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test func `a socket address has 4 or 16 bytes`() {
    #expect(IPAddress([UInt8]([192, 0, 2, 1]))?.description == "192.0.2.1")
    #expect(
      IPAddress([UInt8](0...15))?.description == "1:203:405:607:809:a0b:c0d:e0f")
    for count in [0, 3, 5, 15, 17] {
      #expect(IPAddress([UInt8](repeating: 1, count: count)) == nil)
    }
  }

  @Test(arguments: [
    ("10.0.0.0/8", ["10.0.0.0", "10.255.255.255"], ["9.255.255.255", "11.0.0.0", "::a00:0"]),
    ("0.0.0.0/0", ["0.0.0.0", "255.255.255.255"], ["::"]),
    ("192.0.2.7/32", ["192.0.2.7"], ["192.0.2.6", "192.0.2.8"]),
    ("fc00::/7", ["fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"], ["fbff::", "fe00::"]),
    ("2001:db8::/64", ["2001:db8::", "2001:db8::ffff:ffff:ffff:ffff"], ["2001:db8:0:1::"]),
    ("::ffff:0:0/96", ["::ffff:1.2.3.4"], ["::fffe:ffff:ffff", "::1:0:0:0", "1.2.3.4"]),
    ("::1/128", ["::1"], ["::", "::2"]), ("::/0", ["::", "ffff::"], ["0.0.0.0"]),
  ])
  func `a range holds what begins with the same bits`(
    text: String, inside: [String], outside: [String]
  ) throws {
    let range = try #require(AddressRange(text))

    for address in inside { #expect(range.contains(try #require(IPAddress(address)))) }
    for address in outside { #expect(!range.contains(try #require(IPAddress(address)))) }
  }

  @Test(arguments: [
    "", "/", "10.0.0.0", "10.0.0.0/", "/8", "10.0.0.0/33", "::/129", "10.0.0.1/8", "2001:db8::1/32",
    "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0.0/0008", "10/8", "localhost/8", "[::]/0",
  ])
  func `anything else is no range`(text: String) {
    #expect(AddressRange(text) == nil)
  }
}
