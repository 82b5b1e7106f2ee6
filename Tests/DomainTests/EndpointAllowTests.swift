import Domain
import Testing

@Suite struct EndpointAllowTests {
  @Test func `a place is exactly its host text and port`() throws {
    let allow = try EndpointAllow("LocalHost:8081, 10.0.0.7:443 ,,[::1]:9000,a-b.internal:80")

    #expect(allow.allows(host: "localhost", port: 8_081))
    #expect(allow.allows(host: "10.0.0.7", port: 443))
    #expect(allow.allows(host: "[::1]", port: 9_000))
    #expect(allow.allows(host: "a-b.internal", port: 80))
    #expect(!allow.allows(host: "localhost", port: 8_082))
    #expect(!allow.allows(host: "x.localhost", port: 8_081))
    #expect(!allow.allows(host: "127.0.0.1", port: 8_081))
  }

  @Test func `an empty list lets nothing through`() throws {
    for list in ["", " ", ",", " , "] {
      #expect(try EndpointAllow(list) == EndpointAllow.nothing)
    }
  }

  @Test(arguments: [
    "localhost", "localhost:", "localhost:0", "localhost:65536", "localhost:080", "localhost:http",
    ":443", "https://localhost:443", "localhost:443/", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0",
    "2130706433:443", "127.1:443", "0x7f.1:443", "::1:443", "[127.0.0.1]:443", "[::1%lo]:443",
    "a_b:443", "*.internal:443", "local host:443", "bücher.example:443", "a..b:443", "-a:443",
  ])
  func `an entry that is neither is named`(entry: String) {
    let problem = #expect(throws: EndpointAllow.Problem.self) {
      try EndpointAllow("localhost:1,\(entry),10.0.0.0/8")
    }
    #expect(problem?.entry == entry)
  }
}
