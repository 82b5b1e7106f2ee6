import Domain
import Testing

@Suite struct CustomHeaderTests {
  @Test(arguments: [
    ("X-Api-Key", "abc"), ("Authorization", "Bearer a.b-c"), ("x_y.z!#$%&'*+^`|~1", "a b  c"),
    ("Accept", "*/*"), ("X-Webhook-Id", "1"), ("X-Metadata", "1"), ("Cookies", "\"'<>;,=\\"),
  ])
  func `a token with a visible value is a header`(name: String, value: String) throws {
    let header = try CustomHeader(name: name, value: value)

    #expect(header.name == name)
    #expect(header.value == value)
  }

  @Test(arguments: [
    "", " ", "X Y", "X:", ":x", "X\r\nY", "X\u{0}", "X\n", " X", "é", "X(Y)", "X/Y", "X@Y", "[X]",
    "X\"", "X\u{7F}", "X,Y", "{x}", String(repeating: "x", count: 101),
  ])
  func `any other name is refused`(name: String) {
    #expect(throws: CustomHeader.Problem.name(name)) { try CustomHeader(name: name, value: "a") }
  }

  @Test(arguments: [
    "Host", "content-type", "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive",
    "Expect", "TE", "Trailer", "Upgrade", "Proxy-Authorization", "Proxy-Connection", "Cookie",
    "webhook-id", "Webhook-Timestamp", "WEBHOOK-SIGNATURE", "User-Agent", "X-Forwarded-For",
    "x-forwarded-host", "Forwarded", "X-aws-ec2-metadata-token",
    "X-aws-ec2-metadata-token-ttl-seconds", "Metadata", "Metadata-Flavor",
  ])
  func `what is ours or the connection's is refused in any case`(name: String) {
    #expect(throws: CustomHeader.Problem.reserved(name)) {
      try CustomHeader(name: name, value: "a")
    }
  }

  @Test(arguments: [
    "", " ", " a", "a ", "a\r\nX: b", "a\nb", "a\u{0}b", "a\tb", "é", "a\u{7F}", "\u{2028}",
    String(repeating: "a", count: 4_097),
  ])
  func `any other value is refused`(value: String) {
    #expect(throws: CustomHeader.Problem.value(of: "X-Key")) {
      try CustomHeader(name: "X-Key", value: value)
    }
  }

  @Test func `the longest name and value are taken`() throws {
    _ = try CustomHeader(
      name: String(repeating: "x", count: 100), value: String(repeating: "a", count: 4_096))
  }

  @Test func `a webhook has at most twenty of them, none twice`() throws {
    let twenty = (1...20).map { (name: "X-\($0)", value: "a") }

    #expect(try CustomHeader.list(twenty).map(\.name) == twenty.map(\.name))
    #expect(throws: CustomHeader.Problem.tooMany) {
      try CustomHeader.list(twenty + [(name: "X-21", value: "a")])
    }
    #expect(throws: CustomHeader.Problem.twice("x-KEY")) {
      try CustomHeader.list([(name: "X-Key", value: "a"), (name: "x-KEY", value: "b")])
    }
    #expect(try CustomHeader.list([]).isEmpty)
  }

  @Test func `all of them together are at most 16 KiB`() throws {
    let most = (1...4).map { (name: "X-\($0)", value: String(repeating: "a", count: 4_093)) }

    #expect(try CustomHeader.list(most).count == 4)
    #expect(throws: CustomHeader.Problem.tooLong) {
      try CustomHeader.list(most + [(name: "Y", value: "a")])
    }
  }

  @Test func `a value is never printed`() throws {
    let header = try CustomHeader(name: "X-Key", value: "hunter2")
    var dumped = ""
    dump([header], to: &dumped)

    for printed in ["\(header)", String(reflecting: header), dumped] {
      #expect(printed.contains("X-Key: …"))
      #expect(!printed.contains("hunter2"))
    }
  }

  @Test func `messages name the header and the mend`() {
    #expect(
      CustomHeader.Problem.reserved("Host").message == "Host is set by us. Choose another name.")
    #expect(
      CustomHeader.Problem.name("a\nb").message
        == #""a\nb" is no header name. Use 1 to 100 letters, digits and hyphens, like X-Api-Key."#)
    #expect(CustomHeader.Problem.tooMany.message == "A webhook can have 20 headers of its own")
  }
}
