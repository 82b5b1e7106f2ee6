import Domain
import Store
import Testing

@testable import Worker

struct DueListTests {
  private let id = Sample.target().webhookID

  private func wish(_ target: DeliveryTarget, _ count: Int) -> ClaimWish {
    ClaimWish(target: target, count: count)
  }

  @Test func `a webhook that gave less than was asked has nothing more until the next look`() {
    let list = Changing(DueList())
    let target = Sample.target()
    let webhook = DueWebhook(
      id: target.webhookID, since: Timestamp(microseconds: 1), hasLost: false)
    list.value.refresh([webhook], at: 100, duration: 1)

    list.value.claimed(3, of: wish(target, 4), last: Timestamp(microseconds: 9))

    #expect(list.value.webhooks.isEmpty)
    #expect(list.value.place(of: target.webhookID) == nil)
    #expect(list.value.needsRefresh(at: 101))
  }

  @Test func `a webhook with a backlog is looked for from where the last claim ended`() {
    let list = Changing(DueList())
    let target = Sample.target()
    let webhook = DueWebhook(
      id: target.webhookID, since: Timestamp(microseconds: 1), hasLost: false)
    list.value.refresh([webhook], at: 5_000, duration: 1)

    list.value.claimed(4, of: wish(target, 4), last: Timestamp(microseconds: 9))

    #expect(list.value.place(of: target.webhookID) == Timestamp(microseconds: 9))
    #expect(!list.value.needsRefresh(at: 5_039))
    #expect(list.value.needsRefresh(at: 5_040))
    list.value.refresh([webhook], at: 5_040, duration: 1)
    #expect(list.value.place(of: target.webhookID) != nil)
  }

  @Test func `once a second it is looked for from the start`() {
    let list = Changing(DueList())
    let target = Sample.target()
    list.value.refresh([], at: 5_000, duration: 1)
    list.value.claimed(4, of: wish(target, 4), last: Timestamp(microseconds: 9))

    list.value.refresh([], at: 6_000, duration: 1)

    #expect(list.value.place(of: target.webhookID) == nil)
  }

  @Test func `a slow look is made less often`() {
    let list = Changing(DueList())
    let webhook = DueWebhook(id: id, since: Timestamp(microseconds: 1), hasLost: false)

    list.value.refresh([webhook], at: 0, duration: 30)

    #expect(!list.value.needsRefresh(at: 299))
    #expect(list.value.needsRefresh(at: 300))
  }

  @Test func `slots are shared by all that want some`() {
    let list = Changing(DueList())
    #expect(list.value.share(of: 256) == 256)

    list.value.refresh(
      (1...100).map { _ in
        DueWebhook(
          id: Sample.target().webhookID, since: Timestamp(microseconds: 1), hasLost: false)
      }, at: 0, duration: 1)

    #expect(list.value.share(of: 256) == 3)
    #expect(list.value.share(of: 10) == 1)
  }

  @Test func `what is known stays known, and is lost only as long as a look says so`() {
    let list = Changing(DueList())
    let webhook = DueWebhook(id: id, since: Timestamp(microseconds: 1), hasLost: false)
    list.value.refresh([webhook], at: 0, duration: 1)

    list.value.refresh(
      [DueWebhook(id: id, since: Timestamp(microseconds: 5), hasLost: true)], at: 20, duration: 1)
    #expect(list.value.webhooks[id]?.hasLost == true)

    list.value.refresh([], at: 40, duration: 1)
    #expect(list.value.webhooks[id]?.hasLost == false)
    #expect(list.value.known == [id])
  }

  @Test func `with too many known a look asks for all`() {
    let list = Changing(DueList())
    let many = (0..<600).map { _ in
      DueWebhook(
        id: Sample.target().webhookID, since: Timestamp(microseconds: 1), hasLost: false)
    }
    list.value.refresh(many, at: 0, duration: 1)
    #expect(list.value.known.isEmpty)

    list.value.refresh([many[0]], at: 20, duration: 1)

    #expect(list.value.webhooks.count == 1)
  }

  @Test(arguments: [(hanging: 50, share: 206), (hanging: 300, share: 128)])
  func `endpoints that hang leave the one that answers what they do not take`(
    hanging: Int, share: Int
  ) {
    let list = Changing(DueList())

    list.value.refresh(
      (0...hanging).map { _ in
        DueWebhook(
          id: Sample.target().webhookID, since: Timestamp(microseconds: 1), hasLost: false)
      }, modest: hanging, at: 0, duration: 1)

    #expect(list.value.share(of: 256) == share)
  }
}
