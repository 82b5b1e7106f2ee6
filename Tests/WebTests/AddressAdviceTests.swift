import Domain
import Engine
import Testing

@testable import Web

struct AddressAdviceTests {
  private let policy = AddressPolicy(allow: .nothing)

  private func url(_ text: String) throws -> EndpointURL {
    try EndpointURL(text, policy: policy)
  }

  @Test func `a good address is said to be good, with its certificate's end`() throws {
    let end = Timestamp(rfc3339: "2027-03-02T23:59:59Z")!
    let advice = AddressAdvice(
      .good(validUntil: end), of: try url("https://hooks.example.com/in"), namesakes: [])

    #expect(advice.tone == .ok)
    #expect(
      advice.text
        == "Found hooks.example.com. Public address, certificate valid until 2 Mar 2027.")
  }

  @Test func `no finding gives an address away`() throws {
    let url = try url("https://hooks.example.com/in")
    for finding in [
      .notPublic, .notFound, .noAnswer, .noTLS, .certificate(.wrongName), .certificate(.other),
      .certificate(.incomplete), .certificate(.unknownIssuer),
      .certificate(.ended(Timestamp(seconds: 0))),
      .certificate(.notYetValid(Timestamp(seconds: 0))),
    ] as [AddressCheck.Finding] {
      let advice = AddressAdvice(finding, of: url, namesakes: [])
      #expect(advice.tone == .warn && advice.text.hasSuffix("."))
      #expect(!advice.text.contains("10.") && !advice.text.contains("127."))
    }
  }

  @Test(arguments: [
    ("https://hooks.slack.com/services/T/B/x", "Slack"),
    ("https://discord.com/api/webhooks/1/x", "Discord"),
    ("https://acme.webhook.office.com/webhookb2/x", "Teams"),
  ])
  func `an address of a chat is named`(_ address: String, _ app: String) throws {
    let advice = AddressAdvice(.good(validUntil: nil), of: try url(address), namesakes: [])

    #expect(advice.tone == .warn)
    #expect(advice.text.contains("This looks like a \(app) address."))
  }

  @Test(arguments: ["token=x", "a=1&API_KEY=x", "sig"])
  func `a secret in an address is noticed`(_ query: String) throws {
    let advice = AddressAdvice(
      .noAnswer, of: try url("https://hooks.example.com/in?" + query), namesakes: [])

    #expect(advice.text.contains("This address holds a secret."))
  }

  @Test func `a path that looks like one is not`() throws {
    let advice = AddressAdvice(
      .noAnswer, of: try url("https://hooks.example.com/token=1?tokens=2"), namesakes: [])

    #expect(!advice.text.contains("holds a secret"))
  }

  @Test func `another webhook with the address is named`() throws {
    let advice = AddressAdvice(
      .good(validUntil: nil), of: try url("https://hooks.example.com/in"),
      namesakes: ["Warehouse", "Other"])

    #expect(advice.text.contains("“Warehouse” already sends to this address."))
  }

  @Test func `a missing scheme is offered`() {
    let advice = AddressAdvice.refused(.scheme(mended: "https://hooks.example.com"))

    #expect(advice.mended == "https://hooks.example.com")
    #expect(advice.text == "Add https:// in front: https://hooks.example.com.")
  }
}
