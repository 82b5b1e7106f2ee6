import Domain
import Testing

@Suite struct SecretTests {
  @Test func `a secret of ours is 24 bytes and shows no padding`() throws {
    let secret = try Secret(.v1, bytes: Array(1...24))

    #expect(Secret.byteCount(for: .v1) == 24)
    #expect(secret.text == "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY")
    #expect(secret.lastFour == "FhcY")
    #expect(secret.publicKey == nil)
    #expect(secret.bytes == Array(1...24))
  }

  @Test func `a key pair is kept by its seed`() throws {
    let secret = try Secret(.v1a, bytes: Array(1...32))
    let again = try Secret(.v1a, bytes: secret.bytes)

    #expect(Secret.byteCount(for: .v1a) == 32)
    #expect(secret.scheme == .v1a)
    #expect(secret.text.hasPrefix("whsk_"))
    #expect(again.text == secret.text)
    #expect(throws: (any Error).self) { try Secret(.v1a, bytes: Array(1...31)) }
  }

  @Test(arguments: 24...64)
  func `a user's own secret may have 24 to 64 bytes`(count: Int) throws {
    let bytes = [UInt8](repeating: 0xA5, count: count)
    let text = "whsec_" + Base64.standard.encode(bytes)

    let secret = try #require(Secret(own: text))

    #expect(secret.bytes == bytes)
    #expect(secret.text == text)
  }

  @Test(arguments: [
    "", "whsec_", "whsec_" + Base64.standard.encode([UInt8](repeating: 1, count: 23)),
    "whsec_" + Base64.standard.encode([UInt8](repeating: 1, count: 65)),
    "WHSEC_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
    "v1,whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY", "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY ",
    "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGQ", "whsec_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGR==",
    "whsec_-_IDBAUGBwgJCgsMDQ4PEBESExQVFhcY", "whsk_AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
  ])
  func `any other text is no secret`(text: String) {
    #expect(Secret(own: text) == nil)
  }

  @Test func `a secret is never printed`() throws {
    let secret = try Secret(.v1, bytes: Array(1...24))
    var dumped = ""
    dump(secret, to: &dumped)

    for printed in ["\(secret)", String(reflecting: secret), dumped, "\([secret])"] {
      #expect(printed.contains("Secret(v1, …FhcY)"))
      #expect(!printed.contains("AQIDBAUG"))
      #expect(!printed.contains("24"))
    }
  }
}
