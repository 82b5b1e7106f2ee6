import Domain
import Testing

@Suite struct AddressPolicyTests {
  private let own = IPAddress("93.184.216.99")

  @Test func `a public address may be connected to, any other may not`() throws {
    let policy = AddressPolicy(allow: .nothing)

    #expect(try refusal("93.184.216.34", policy) == nil)
    #expect(try refusal("10.0.0.1", policy) == .notPublic)
    #expect(try refusal("::1", policy) == .notPublic)
    #expect(try refusal("169.254.169.254", policy) == .metadata)
  }

  @Test func `our own addresses are refused though they are public`() throws {
    let policy = AddressPolicy(allow: .nothing, ownAddresses: Set([own].compactMap { $0 }))

    #expect(try refusal("93.184.216.99", policy) == .ourOwn)
    #expect(try refusal("93.184.216.98", policy) == nil)
  }

  @Test func `a range lifts the rule of address for what it holds`() throws {
    let policy = try AddressPolicy(
      allow: EndpointAllow("10.1.0.0/16,fd12::/16"),
      ownAddresses: Set([IPAddress("10.1.0.5")].compactMap { $0 }))

    #expect(try refusal("10.1.2.3", policy) == nil)
    #expect(try refusal("10.1.0.5", policy) == nil)
    #expect(try refusal("fd12::1", policy) == nil)
    #expect(try refusal("10.2.0.0", policy) == .notPublic)
    #expect(try refusal("::ffff:10.1.2.3", policy) == .notPublic)
  }

  @Test func `a range reaches loopback only from within it`() throws {
    let wide = try AddressPolicy(allow: EndpointAllow("0.0.0.0/0,::/0"))
    let loopback = try AddressPolicy(allow: EndpointAllow("127.0.0.0/8,::1/128"))

    for address in [
      "127.0.0.1", "127.255.255.255", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:0.0.0.0",
      "64:ff9b::7f00:1", "2002:7f00:1::",
    ] {
      #expect(try refusal(address, wide) == .notPublic, "\(address)")
    }
    #expect(try refusal("10.0.0.1", wide) == nil)
    #expect(try refusal("fd12::1", wide) == nil)
    #expect(try refusal("127.0.0.1", loopback) == nil)
    #expect(try refusal("::1", loopback) == nil)
    #expect(try refusal("::", loopback) == .notPublic)
  }

  @Test func `an exact place may lie at any address`() throws {
    let policy = try AddressPolicy(allow: EndpointAllow("localhost:8081"))
    let endpoint = try EndpointURL("https://localhost:8081/x", policy: policy)

    for address in ["127.0.0.1", "::1", "10.0.0.1"] {
      #expect(policy.refusal(of: try #require(IPAddress(address)), for: endpoint) == nil)
    }
    #expect(try refusal("127.0.0.1", policy) == .notPublic)
  }

  @Test func `metadata is never let through`() throws {
    let everything = try AddressPolicy(
      allow: EndpointAllow(
        """
        0.0.0.0/0,::/0,169.254.169.254/32,fd00:ec2::/32,169.254.169.254:443,168.63.129.16/32,\
        inner.example.net:443
        """))

    for url in [
      "https://169.254.169.254/", "https://inner.example.net/", "https://hooks.shop.net/",
    ] {
      let endpoint = try EndpointURL(url, policy: everything)
      for address in [
        "169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254", "fe80::1",
        "::ffff:a9fe:a9fe", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
      ] {
        let refusal = everything.refusal(of: try #require(IPAddress(address)), for: endpoint)
        #expect(refusal == .metadata, "\(url) \(address)")
      }
    }
  }

  @Test func `a range more never refuses anything`() throws {
    let none = AddressPolicy(allow: .nothing)
    let some = try AddressPolicy(allow: EndpointAllow("192.168.0.0/16,2001:db8::/32"))
    var random = SeededRandom(seed: 1_918)
    for _ in 0..<5_000 {
      let bytes = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
      let address = try #require(IPAddress(bytes))
      if try refusal(address, none) == nil { #expect(try refusal(address, some) == nil) }
    }
  }

  private func refusal(_ text: String, _ policy: AddressPolicy) throws -> AddressPolicy.Refusal? {
    try refusal(#require(IPAddress(text)), policy)
  }

  private func refusal(
    _ address: IPAddress, _ policy: AddressPolicy
  ) throws -> AddressPolicy.Refusal? {
    policy.refusal(
      of: address, for: try EndpointURL("https://hooks.shop.net/", policy: policy))
  }
}
