import Testing

@testable import Domain

/// Check 52: what a provider says by itself is believed when it shows our client's secret.
struct UninstallSignalTests {
  private let client = ProviderClient(id: "client", secret: "s p/ü")

  @Test func `check 52: the client's own secret shows who speaks, encoded or plain`() {
    #expect(client.isShown(by: client.basic))
    #expect(client.isShown(by: ProviderClient.basic("client", "s p/ü")))
    for other in ["", "Basic", ProviderClient.basic("client", "s p/"), "Bearer s p/ü"] {
      #expect(!client.isShown(by: other))
    }
  }

  @Test func `check 52: the account is spelt as the identity call spells it`() {
    func account(_ body: String) -> String? {
      UninstallSignal.account(in: Array(body.utf8), clientID: "client")
    }
    #expect(account(#"{"client_id":"client","company_id":7,"user_id":"11"}"#) == "7:11")
    #expect(account(#"{"client_id":"other","company_id":7,"user_id":11}"#) == nil)
    #expect(account(#"{"client_id":"client","company_id":7}"#) == nil)
    #expect(account("[]") == nil && account("") == nil)
  }
}
