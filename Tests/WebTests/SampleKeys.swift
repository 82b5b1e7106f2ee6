import Domain
import Store

@testable import Web

extension SamplePages {
  var keys: [Sample] {
    let live = key("Deploy pipeline", id: 1, scopes: [.webhooksWrite, .deliveriesRead], days: 90)
    let ending = key("Old laptop", id: 2, scopes: [.deliveriesRead], days: 3)
    let revoked = key("Gone", id: 3, scopes: [], days: 9, isRevoked: true)
    let expired = key("Over", id: 4, scopes: [.eventsWrite], days: -2)
    let endless = key("Forever", id: 5, scopes: Set(APIScope.ofUsers), days: nil)
    let noKeys = ListPage<APIKeyFacts>(items: [], hasEarlier: false, hasLater: false)
    let empty = CreateKeyPage(shell: shell, formID: "form")
    var wrong = empty
    wrong.answers = .init(name: text("name"), scopes: [.eventsWrite], lifetime: nil)
    wrong.errors = ["name", "scopes", "expires"].map { FieldError($0, text("message " + $0)) }
    wrong.isAtLimit = true
    return [
      Sample(
        name: "keys",
        html: APIKeysPage(
          shell: shell,
          live: ListPage(items: [live, ending, endless], hasEarlier: true, hasLater: true),
          ended: [revoked, expired], justRevoked: revoked
        ).render()),
      Sample(name: "no keys", html: APIKeysPage(shell: shell, live: noKeys).render()),
      Sample(
        name: "ended keys",
        html: APIKeysPage(
          shell: shell, live: noKeys,
          ended: (0...50).map {
            key("Gone", id: 100 + $0, scopes: [], days: 9, isRevoked: true)
          }
        ).render()),
      Sample(name: "create key", html: empty.render()),
      Sample(name: "create key, wrong", html: wrong.render()),
      Sample(name: "key", html: shown(live, text("pb_key"))),
      Sample(name: "key, again", html: shown(live, nil)),
      Sample(name: "revoke key", html: RevokeKeyPage(shell: shell, key: live).render()),
    ]
  }

  private func shown(_ key: APIKeyFacts, _ text: String?) -> HTML {
    ShowKeyPage(shell: shell, key: key, text: text, address: "https://app.example.com/api").render()
  }

  func key(
    _ name: String, id: UInt64, scopes: Set<APIScope>, days: Int64?, isRevoked: Bool = false
  ) -> APIKeyFacts {
    APIKeyFacts(
      id: UUID(high: 0x019A_B1C2_0000_7000, low: 0x8000_0000_0000_0000 + id), name: text(name),
      prefix: text("pb_AbCdEfGh"), scopes: scopes, createdAt: Self.now.advanced(bySeconds: -9),
      expiresAt: days.map { Self.now.advanced(bySeconds: $0 * 86_400) },
      lastUsedAt: isRevoked ? nil : Self.now, revokedAt: isRevoked ? Self.now : nil)
  }
}
