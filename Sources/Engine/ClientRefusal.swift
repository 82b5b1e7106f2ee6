import Domain
import Store

// A provider that refuses our client is an administrator's affair: no person is asked to reconnect.
extension Providers {
  func noteRefusal(_ failure: ProviderFailure, of app: AppID) throws {
    guard failure.refusesClient, let client = try stores.apps.find(app).clientID else { return }
    try stores.apps.noteRefusal(of: app, clientID: client, word: failure.word)
  }
}

extension Provider {
  func change(of held: HeldTokens, answer: [String]?) -> ScopeChange {
    change(
      granted: held.granted, missing: held.missing, denied: held.denied, answer: answer)
  }
}
