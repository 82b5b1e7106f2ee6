import Domain
import MariaDB
import Testing

@testable import Store

@Suite struct WebhookChangeTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(
      of: user, events: .chosen(["lead.created", "lead.updated"]),
      headers: [.init("x-a", "1"), .init("x-b", "2")])
  }

  @Test func `only what a change names is changed`() throws {
    let before = try found()

    try fixture.change(webhook, of: user) { $0.name = "Other" }

    let after = try found()
    #expect(after.name == "Other" && after.version == 2)
    #expect(after.endpointURL == before.endpointURL && after.events == before.events)
    #expect(after.headerNames == before.headerNames && after.status == before.status)
    #expect(after.updatedAt > before.updatedAt && after.createdAt == before.createdAt)
  }

  @Test func `what changes nothing leaves no trace`() throws {
    let before = try found()
    let rows = try fixture.number("SELECT COUNT(*) FROM audit_log")

    try fixture.change(webhook, of: user) {
      $0.name = before.name
      $0.endpointURL = before.endpointURL
      $0.events = before.events
      $0.isActive = true
      $0.headers = [("x-c", nil)]
      $0.maxInFlight = .some(nil)
      $0.isOrdered = false
    }

    let after = try found()
    #expect(after.version == before.version && after.updatedAt == before.updatedAt)
    #expect(try fixture.number("SELECT COUNT(*) FROM audit_log") == rows)
  }

  @Test func `every field can be changed, and limits taken away`() throws {
    try fixture.change(webhook, of: user) {
      $0.endpointURL = "https://other.example.com/"
      $0.maxInFlight = 1
      $0.maxPerSecond = 2
      $0.isOrdered = true
    }
    let limited = try found()
    #expect(limited.endpointURL == "https://other.example.com/" && limited.isOrdered)
    #expect(limited.maxInFlight == 1 && limited.maxPerSecond == 2)

    try fixture.change(webhook, of: user) {
      $0.maxInFlight = .some(nil)
      $0.isOrdered = false
    }

    let free = try found()
    #expect(free.maxInFlight == nil && free.maxPerSecond == 2 && !free.isOrdered)
  }

  @Test func `event types are replaced as a whole`() throws {
    try fixture.change(webhook, of: user) { $0.events = .chosen(["lead.updated", "user.login"]) }
    #expect(try found().events == .chosen(["lead.updated", "user.login"]))

    try fixture.change(webhook, of: user) { $0.events = .all }
    #expect(try found().events == .all)
    #expect(try fixture.number("SELECT COUNT(*) FROM webhook_subscriptions") == 0)

    try fixture.change(webhook, of: user) { $0.events = .chosen([]) }
    #expect(try found().events == .chosen([]))
  }

  @Test func `headers are changed one by one`() throws {
    try fixture.change(webhook, of: user) {
      $0.headers = [(name: "X-A", value: "new"), (name: "x-b", value: nil), ("x-c", "3")]
    }

    let target = try #require(try fixture.stores.queue.targets(of: [webhook])[webhook])
    #expect(target.headers == [.init("X-A", "new"), .init("x-c", "3")])
    #expect(try found().headerNames == ["X-A", "x-c"])
  }

  @Test func `a change made from an older version is refused whole`() throws {
    let version = try found().version
    try fixture.change(webhook, of: user) { $0.name = "First" }

    var change = WebhookChange()
    change.name = "Second"
    change.headers = [(name: "x-d", value: "4")]
    #expect(throws: StoreError.versionConflict) {
      try fixture.stores.webhooks.change(
        webhook, of: user.id, to: change, version: version, by: .command)
    }

    #expect(try found().name == "First" && found().headerNames == ["x-a", "x-b"])
    try fixture.stores.webhooks.change(
      webhook, of: user.id, to: change, version: version + 1, by: .command)
    #expect(try found().name == "Second")
  }

  @Test func `of two changes at once from one version, one is refused`() throws {
    let (options, user, webhook) = (fixture.options, user, webhook)

    let taken = try inParallel(2) { number, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      _ = try stores.queue.databaseTime()
      var change = WebhookChange()
      change.name = "\(number)"
      gate.wait()
      do {
        try stores.webhooks.change(webhook, of: user.id, to: change, version: 1, by: .command)
        return true
      } catch StoreError.versionConflict {
        return false
      }
    }

    #expect(taken.filter { $0 }.count == 1)
    #expect(try found().version == 2)
  }

  @Test func `pausing keeps the reason of an earlier pause, resuming ends any`() throws {
    try fixture.change(webhook, of: user) { $0.isActive = false }
    #expect(try found().status == .paused(.user))
    try fixture.database.execute("UPDATE webhooks SET paused_reason = 'gone'")

    try fixture.change(webhook, of: user) { $0.isActive = false }
    #expect(try found().status == .paused(.gone))
    try fixture.change(webhook, of: user) { $0.name = "Other" }
    #expect(try found().status == .paused(.gone))
    try fixture.change(webhook, of: user) { $0.isActive = true }
    #expect(try found().status == .active)
  }

  @Test func `the audit log tells who changed what, and no secret`() throws {
    let key = UUID(high: 3, low: 3)
    let actor = Actor(kind: .serviceKey, id: key, address: "2001:db8::1", requestID: "r-1")
    var change = WebhookChange()
    change.name = "Other"
    change.headers = [(name: "x-c", value: "hunter2")]
    try fixture.stores.webhooks.change(webhook, of: user.id, to: change, by: actor)

    let entry = try #require(
      try fixture.database.first(
        """
        SELECT actor_id, address, request_id, user_id, subject_id, before_change, after_change
          FROM audit_log WHERE action = 'webhook.changed' AND actor_kind = 'service_key'
        """
      ) { row in
        try (0..<7).map { _ in try row.text() }
      })
    #expect(
      entry[..<5]
        == [
          key.description, "2001:db8::1", "r-1", user.id.description, webhook.description,
        ])
    #expect(entry[5].contains(#""name":"CRM""#) && entry[6].contains(#""name":"Other""#))
    #expect(entry[6].contains(#""headers":["x-a","x-b","x-c"]"#))
    #expect(entry[6].contains(#""header_values_set":["x-c"]"#))
    #expect(!entry[6].contains("endpoint_url") && !entry[6].contains("status"))
    #expect(!entry.joined().contains("hunter2"))
  }

  /// Before and after of the last change.
  private func lastChange() throws -> [String] {
    try #require(
      try fixture.database.first(
        """
        SELECT before_change, after_change FROM audit_log WHERE action = 'webhook.changed'
         ORDER BY at DESC, id DESC LIMIT 1
        """
      ) { row in [try row.text(), try row.text()] })
  }

  @Test func `the audit log tells of a new header value that it is new, and no more`() throws {
    try fixture.change(webhook, of: user) { $0.headers = [(name: "x-a", value: "hunter2")] }

    #expect(try lastChange() == ["{}", #"{"header_values_set":["x-a"]}"#])
  }

  @Test func `the audit log holds no value of a URL's query`() throws {
    let url = "https://crm.example.com/in?token=hunter2&hunter3"
    try fixture.change(webhook, of: user) { $0.endpointURL = url }
    #expect(try lastChange()[1] == #"{"endpoint_url":"https://crm.example.com/in?token=…&…"}"#)

    try fixture.change(webhook, of: user) { $0.endpointURL = url + "4" }
    let shown = #""endpoint_url":"https://crm.example.com/in?token=…&…""#
    #expect(
      try lastChange() == ["{\(shown)}", "{\(shown),\"endpoint_url_values\":\"changed\"}"])

    var draft = try Fixture.draft()
    draft.endpointURL = url
    _ = try fixture.stores.webhooks.create(draft, for: user.id, limit: 20, by: .command)
    #expect(
      try fixture.number(
        """
        SELECT COUNT(*) FROM audit_log
         WHERE CONCAT(COALESCE(before_change, ''), COALESCE(after_change, '')) LIKE '%hunter%'
        """) == 0)
  }

  @Test func `a change that fails leaves nothing behind`() throws {
    let before = try fixture.number("SELECT COUNT(*) FROM audit_log")

    #expect(throws: DatabaseError.self) {
      try fixture.change(webhook, of: user) {
        $0.name = "Other"
        $0.events = .chosen([String(repeating: "x", count: 51)])
      }
    }

    #expect(try found().name == "CRM" && found().version == 1)
    #expect(try found().events == .chosen(["lead.created", "lead.updated"]))
    #expect(try fixture.number("SELECT COUNT(*) FROM audit_log") == before)
  }

  private func found() throws -> Webhook {
    try fixture.stores.webhooks.find(webhook, of: user.id)
  }
}
