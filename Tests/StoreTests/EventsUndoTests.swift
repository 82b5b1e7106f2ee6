import Domain
import MariaDB
import Testing

@testable import Store

@Suite struct EventsUndoTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user, events: .chosen(["lead.created"]))
  }

  private func found() throws -> Webhook {
    try fixture.stores.webhooks.find(webhook, of: user.id)
  }

  private func choose(_ events: EventSelection) throws {
    try fixture.change(webhook, of: user) { $0.events = events }
  }

  private func undo() throws -> EventsUndo? {
    try fixture.stores.webhooks.undo(of: found())
  }

  private func takeBack(_ id: UUID) throws {
    try fixture.stores.webhooks.undoEvents(of: webhook, user: user.id, undo: id, by: .command)
  }

  @Test func `a change is taken back, once`() throws {
    try choose(.all)
    let id = try #require(try undo()?.id)

    try takeBack(id)

    #expect(try found().events == .chosen(["lead.created"]))
    #expect(try undo() == nil)
    #expect(throws: StoreError.versionConflict) { try takeBack(id) }
  }

  @Test(arguments: [[], ["lead.updated", "user.login"]])
  func `it leads back to any choice`(_ names: [String]) throws {
    try choose(.chosen(names))
    try choose(.all)

    try takeBack(try #require(try undo()?.id))

    #expect(try found().events == .chosen(names))
  }

  @Test func `any other change takes the chance away`() throws {
    try choose(.all)
    let id = try #require(try undo()?.id)
    try fixture.change(webhook, of: user) { $0.name = "Other" }

    #expect(try undo() == nil)
    #expect(throws: StoreError.versionConflict) { try takeBack(id) }
    #expect(try found().events == .all)
  }

  @Test func `only the last change is taken back`() throws {
    try choose(.all)
    let first = try #require(try undo()?.id)
    try choose(.chosen(["user.login"]))

    #expect(throws: StoreError.versionConflict) { try takeBack(first) }
    #expect(try undo()?.events == .all)
  }

  @Test func `after an hour it is too late`() throws {
    try choose(.all)
    let id = try #require(try undo()?.id)
    try fixture.database.execute(
      "UPDATE webhook_undo SET created_at = created_at - INTERVAL 1 HOUR")

    #expect(try undo() == nil)
    #expect(throws: StoreError.versionConflict) { try takeBack(id) }
    #expect(try fixture.stores.sessions.removeEnded(rows: 10).count == 1)
  }

  @Test func `a change of something else leaves nothing to take back`() throws {
    try fixture.change(webhook, of: user) { $0.name = "Other" }

    #expect(try undo() == nil)
  }

  @Test func `a change sent twice by one form is made once`() throws {
    let ticket = FormTicket(
      session: Session.ID(UUID(high: 1, low: 1)), form: UUID(high: 2, low: 2)
    ) { _ in "/x" }
    var change = WebhookChange()
    change.events = .all
    try fixture.stores.webhooks.change(
      webhook, of: user.id, to: change, form: ticket, by: .command)

    #expect(throws: StoreError.duplicate) {
      try fixture.stores.webhooks.change(
        webhook, of: user.id, to: change, form: ticket, by: .command)
    }
    #expect(try found().version == 2)
  }
}

@Suite struct WebhookCountTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
  }

  @Test func `what waits and what is held is counted apart`() throws {
    let active = try fixture.webhook(of: user, name: "a")
    let paused = try fixture.webhook(of: user, name: "b", startsPaused: true)
    try fixture.emit(3, for: user)
    let webhooks = fixture.stores.webhooks

    #expect(try webhooks.waitingCount(of: active, user: user.id) == BoundedCount(3))
    #expect(try webhooks.heldCount(of: active, user: user.id) == BoundedCount(0))
    #expect(try webhooks.waitingCount(of: paused, user: user.id) == BoundedCount(0))
    #expect(try webhooks.heldCount(of: paused, user: user.id) == BoundedCount(3))
    let other = try fixture.user("grace@example.com")
    #expect(try webhooks.waitingCount(of: active, user: other.id) == BoundedCount(0))
    #expect(try webhooks.heldCount(of: paused, user: other.id) == BoundedCount(0))
  }

  @Test func `counting ends behind a thousand`() throws {
    let active = try fixture.webhook(of: user, name: "a")
    let paused = try fixture.webhook(of: user, name: "b", startsPaused: true)
    for _ in 1...3 { try fixture.emit(500, for: user) }
    let webhooks = fixture.stores.webhooks

    #expect(
      try webhooks.waitingCount(of: active, user: user.id) == BoundedCount(1_001, isAll: false))
    #expect(
      try webhooks.heldCount(of: paused, user: user.id, lookingAt: 1_001)
        == BoundedCount(1_001, isAll: false))
    #expect(try webhooks.heldCount(of: paused, user: user.id) == BoundedCount(1_500))
  }

  @Test func `a deleted webhook keeps its name for a while, for its owner alone`() throws {
    let webhook = try fixture.webhook(of: user, name: "Gone")
    #expect(try fixture.stores.webhooks.nameOfDeleted(webhook, of: user.id) == nil)

    try fixture.stores.webhooks.delete(webhook, of: user.id, by: .command)

    #expect(try fixture.stores.webhooks.nameOfDeleted(webhook, of: user.id) == "Gone")
    let other = try fixture.user("grace@example.com")
    #expect(try fixture.stores.webhooks.nameOfDeleted(webhook, of: other.id) == nil)
  }

  @Test func `webhooks with the same address are found by name`() throws {
    let first = try fixture.webhook(of: user, name: "First")
    _ = try fixture.webhook(of: user, name: "Second")
    let url = "https://hooks.example.com/in"
    let webhooks = fixture.stores.webhooks

    #expect(try webhooks.names(sendingTo: url, of: user.id) == ["First", "Second"])
    #expect(try webhooks.names(sendingTo: url, of: user.id, besides: first) == ["Second"])
    #expect(try webhooks.names(sendingTo: url + "?", of: user.id).isEmpty)
  }
}
