import Domain
import Testing

@testable import Store

/// Whether a delivery that is sent again would come after a newer one.
@Suite struct DeliveryOrderTests {
  let fixture: Fixture
  let user: User
  let webhook: Webhook.ID

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    webhook = try fixture.webhook(of: user)
  }

  private func end(_ outcome: Outcome, _ type: String = "lead.created") throws {
    try fixture.emit(1, type, for: user)
    try fixture.record(
      fixture.claim(webhook).map { Fixture.report($0, outcome) }, rules: Fixture.rules(waits: []))
  }

  private func isOvertaken() throws -> Bool {
    let first = try #require(try fixture.delivery())
    let delivery = try fixture.stores.deliveries.find(first.id, of: user.id)
    return try fixture.stores.deliveries.isOvertaken(delivery, user: user.id)
  }

  @Test func `a newer one of its type that was delivered overtakes it`() throws {
    try end(.failure(.timeout))
    #expect(try !isOvertaken())

    try end(.success(status: 200))

    #expect(try isOvertaken())
  }

  @Test func `one that failed, one of another type and a test do not`() throws {
    try end(.failure(.timeout))
    try end(.failure(.timeout))
    try end(.success(status: 200), "lead.updated")
    let test = try fixture.stores.deliveries.beginTest(
      of: webhook, user: user.id, type: "lead.created",
      timestamp: fixture.stores.queue.databaseTime(), body: Array("{}".utf8), leaseSeconds: 60,
      by: .command)
    try fixture.record([Fixture.report(test, .success(status: 200))])

    #expect(try !isOvertaken())
  }

  @Test func `an older one does not`() throws {
    try end(.success(status: 200))
    try end(.failure(.timeout))
    let last = try #require(try fixture.deliveries().last)
    let delivery = try fixture.stores.deliveries.find(last.id, of: user.id)

    #expect(try !fixture.stores.deliveries.isOvertaken(delivery, user: user.id))
  }
}
