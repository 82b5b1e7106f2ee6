import Domain
import MariaDB
import Testing

@testable import Store

/// The log as it is read: by place, by filter, and without what belongs to somebody deleted.
@Suite struct AuditTests {
  let fixture: Fixture
  let ada: User
  let bob: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    ada = try fixture.user()
    bob = try fixture.user("bob@example.com", role: .administrator)
    webhook = try fixture.webhook(of: ada, name: "Billing sync")
  }

  private var audit: AuditStore { fixture.stores.audit }

  /// Rows a second apart, newest last.
  private func write(_ count: Int, action: String = "webhook.changed", by actor: User? = nil) throws
  {
    try fixture.database.execute(
      """
      INSERT INTO audit_log (id, at, actor_kind, actor_id, user_id, action, subject_id)
      SELECT UUID(), UTC_TIMESTAMP(6) + INTERVAL seq SECOND, 'user', \(actor?.id ?? ada.id),
             \(ada.id), \(action), \(webhook)
        FROM seq_1_to_5000 WHERE seq <= \(count)
      """)
  }

  private func search(_ edit: (inout AuditSearch) -> Void) -> AuditSearch {
    var search = AuditSearch()
    edit(&search)
    return search
  }

  @Test func `pages follow each other without a gap, there and back`() throws {
    try write(7)
    let all = try audit.page(AuditSearch(), limit: 100).records.map(\.id)

    let first = try audit.page(AuditSearch(), limit: 4)
    let older = try #require(first.older)
    let second = try audit.page(AuditSearch(), from: .after(older), limit: 4)
    let newer = try #require(second.newer)
    let back = try audit.page(AuditSearch(), from: .before(newer), limit: 4)

    #expect(first.records.map(\.id) == Array(all[0..<4]))
    #expect(second.records.map(\.id) == Array(all[4..<8]))
    #expect(back.records.map(\.id) == Array(all[0..<4]))
    #expect(first.newer == nil)
  }

  @Test func `a person is found as the one who acted and as the one concerned, once each`() throws {
    try fixture.stores.users.setStatus(
      .disabled, of: ada.id, by: Actor(kind: .user, id: bob.id.rawValue, address: "198.51.100.7"))

    let ofBob = try audit.page(search { $0.person = bob.id }).records
    let ofAda = try audit.page(search { $0.person = ada.id }).records

    #expect(ofBob.map(\.action).contains("user.disabled"))
    #expect(ofAda.map(\.action).filter { $0 == "user.disabled" }.count == 1)
    #expect(Set(ofAda.map(\.id)).count == ofAda.count)
  }

  @Test func `a group, a thing and a request are found`() throws {
    let actor = Actor(kind: .user, id: bob.id.rawValue, requestID: "0123abcd")
    try fixture.stores.users.setStatus(.disabled, of: ada.id, by: actor)

    let users = try audit.page(search { $0.subjects = ["user"] }).records
    let things = try audit.page(search { $0.subjectID = webhook.rawValue }).records
    let requests = try audit.page(search { $0.requestID = "0123abcd" }).records

    #expect(Set(users.map(\.action)) == ["user.added", "user.disabled"])
    #expect(things.map(\.action) == ["webhook.created"])
    #expect(things.first?.subjectName == "Billing sync")
    #expect(requests.map(\.action) == ["user.disabled"])
    #expect(requests.first?.who == .user("bob@example.com"))
  }

  @Test func `what was done to a delivery goes by its webhook`() throws {
    try fixture.emit(for: ada)
    let delivery = try #require(try fixture.delivery()).id
    try fixture.stores.deliveries.recordReading(
      of: delivery, owner: ada.id, reason: "Case 12", attempt: nil,
      by: Actor(kind: .user, id: bob.id.rawValue))

    let read = try #require(try audit.page(search { $0.subjects = ["payload"] }).records.first)

    #expect(read.subjectID == delivery.rawValue && read.subjectName == "Billing sync")
  }

  @Test func `a search that reads much says how far back it looked, and goes on from there`() throws
  {
    try fixture.database.execute("DELETE FROM audit_log")
    try write(1, action: "session.opened")
    try fixture.database.execute("UPDATE audit_log SET at = at - INTERVAL 1 DAY")
    try write(AuditStore.reads)

    let wanted = search {
      $0.person = ada.id
      $0.subjects = ["session"]
    }
    let page = try audit.page(wanted)
    let older = try #require(page.older)
    let next = try audit.page(wanted, from: .after(older))

    #expect(page.records.isEmpty)
    #expect(page.searchedBackTo != nil)
    #expect(next.records.map(\.action) == ["session.opened"])
    #expect(next.older == nil)
  }

  @Test func `kinds alone are found however far back they lie, and page as all others`() throws {
    try fixture.database.execute("DELETE FROM audit_log")
    for action in ["session.opened", "session.ended", "session.opened"] {
      try write(1, action: action)
    }
    try fixture.database.execute("UPDATE audit_log SET at = at - INTERVAL 1 DAY")
    try write(AuditStore.reads)
    let wanted = search { $0.subjects = ["session", "sign_in"] }

    let first = try audit.page(wanted, limit: 2)
    let older = try #require(first.older)
    let second = try audit.page(wanted, from: .after(older), limit: 2)
    let newer = try #require(second.newer)
    let back = try audit.page(wanted, from: .before(newer), limit: 2)
    let none = try audit.page(search { $0.subjects = ["payload"] })

    #expect(first.records.count == 2 && first.searchedBackTo == nil)
    #expect(second.records.count == 1 && second.older == nil)
    #expect(back.records.map(\.id) == first.records.map(\.id))
    #expect(none.records.isEmpty && none.older == nil && none.searchedBackTo == nil)
  }

  @Test func `of somebody deleted there is neither name nor value nor address`() throws {
    let actor = Actor(kind: .user, id: ada.id.rawValue, address: "198.51.100.7")
    try fixture.stores.webhooks.change(webhook, of: ada.id, to: renamed, by: actor)
    try fixture.stores.users.delete(ada.id, by: .command)

    let records = try audit.page(search { $0.person = ada.id }).records

    #expect(records.contains { $0.who == .deletedUser })
    for record in records {
      #expect(record.userEmail == nil && record.subjectName == nil && record.address == nil)
      #expect(record.before == nil && record.after == nil)
    }
  }

  private var renamed: WebhookChange {
    var change = WebhookChange()
    change.name = "Ada’s own"
    return change
  }

  @Test func `one's own log tells of others no name, address or value`() throws {
    let actor = Actor(kind: .user, id: bob.id.rawValue, address: "198.51.100.7", requestID: "r")
    try fixture.stores.users.setStatus(.disabled, of: ada.id, by: actor)
    let found = try #require(try audit.page(search { $0.person = bob.id }).records.first)

    let toAda = found.seen(by: ada.id)
    let toBob = found.seen(by: bob.id)

    #expect(toAda.who == .administrator)
    #expect(toAda.address == nil && toAda.requestID == nil && toAda.actorID == nil)
    #expect(toBob.who == .user("bob@example.com") && toBob.address == "198.51.100.7")
    #expect(toBob.userEmail == nil && toBob.subjectName == nil && toBob.after == nil)
  }
}
