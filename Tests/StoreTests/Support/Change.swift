import Domain
import MariaDB

@testable import Store

/// One thing that somebody does, and that the audit log tells.
struct Change: Sendable {
  /// What the log calls it.
  let action: String
  /// The functions of `WritingCode` whose statements it runs.
  let writes: [String]
  /// Prepares everything, and gives what is done: it may be tried more than once.
  let arrange: @Sendable (Scene) throws -> () throws -> Void

  init(
    _ action: String, _ writes: String...,
    arrange: @escaping @Sendable (Scene) throws -> () throws -> Void
  ) {
    self.action = action
    self.writes = writes
    self.arrange = arrange
  }

  static let all = people + sessions + keys + apps + connections + webhooks + deliveries + operation
}

/// Where a change takes place: a person, an administrator, and a database of their own.
struct Scene {
  let fixture: Fixture
  let ada: User
  let root: User

  init() throws {
    fixture = try Fixture()
    ada = try fixture.user()
    root = try fixture.user("root@example.com", role: .administrator)
  }

  var stores: Stores { fixture.stores }
  /// Signed in, so that what people hear of their settings is emitted as well.
  var actor: Actor { Actor(kind: .user, id: ada.id.rawValue, address: "::1") }

  /// A delivery of a new webhook that failed for good.
  func dead() throws -> (webhook: Webhook.ID, delivery: Delivery.ID) {
    let webhook = try fixture.webhook(of: ada)
    try fixture.emit(for: ada)
    let claimed = try fixture.claim(webhook)
    try fixture.record(
      claimed.map { Fixture.report($0, .failure(.timeout)) }, rules: Fixture.rules(waits: []))
    return (webhook, claimed[0].id)
  }
}
