import Domain
import Testing

@testable import Store
@testable import Worker

struct SlotsTests {
  private let free = Sample.target()
  private let ordered = Sample.target(isOrdered: true)

  private func lease(_ number: Int) -> Lease {
    Lease(
      ClaimedDelivery(
        id: Delivery.ID(UUID(high: 1, low: 1)), webhookID: free.webhookID,
        eventID: Event.ID(UUID(high: 2, low: 2)), leaseNumber: number, body: []))
  }

  @Test func `a slot is free when the attempt is over, and nothing is idle until it is on record`()
  {
    let slots = Changing(Slots(concurrency: 2))
    slots.value.assign(lease(1), of: free)

    let ended = slots.doing { $0.apply(.ended(lease(1), .success(status: 200))) }

    #expect(ended.map(\.webhook) == [free.webhookID])
    #expect(slots.value.inFlight == 0)
    #expect(!slots.value.isIdle)

    let settled = slots.doing { $0.apply(.settled([lease(1)])) }

    #expect(settled.isEmpty)
    #expect(slots.value.isIdle)
  }

  @Test func `the place at a webhook with limits is free when the attempt is on record`() {
    let slots = Changing(Slots(concurrency: 2))
    slots.value.assign(lease(1), of: ordered)

    let ended = slots.doing { $0.apply(.ended(lease(1), .failure(.timeout))) }

    #expect(ended.isEmpty)
    #expect(slots.value.inFlight == 0)

    let settled = slots.doing { $0.apply(.settled([lease(1)])) }

    #expect(settled.map(\.webhook) == [ordered.webhookID])
    #expect(settled.map(\.outcome) == [.failure(.timeout)])
  }

  @Test
  func
    `a delivery that is claimed again before the first claim is settled takes a slot of its own`()
  {
    let slots = Changing(Slots(concurrency: 2))
    slots.value.assign(lease(1), of: free)
    _ = slots.doing { $0.apply(.ended(lease(1), nil)) }
    slots.value.assign(lease(2), of: free)

    _ = slots.doing { $0.apply(.settled([lease(1)])) }

    #expect(slots.value.inFlight == 1)
    #expect(!slots.value.isIdle)
    #expect(slots.doing { $0.apply(.ended(lease(2), nil)) }.count == 1)
    #expect(slots.value.inFlight == 0)
  }

  @Test func `what is told twice counts once`() {
    let slots = Changing(Slots(concurrency: 2))
    slots.value.assign(lease(1), of: free)

    _ = slots.doing { $0.apply(.ended(lease(1), nil)) }
    let again = slots.doing { $0.apply(.ended(lease(1), nil)) }

    #expect(again.isEmpty)
    #expect(slots.value.inFlight == 0)
  }

  @Test
  func `what waits for the record takes slots once there is as much of it as may be in flight`() {
    let slots = Changing(Slots(concurrency: 2))
    for number in 1...3 {
      slots.value.assign(lease(number), of: free)
      _ = slots.doing { $0.apply(.ended(lease(number), nil)) }
    }
    #expect(slots.value.free == 1)

    slots.value.assign(lease(4), of: free)
    #expect(slots.value.free == 0)

    _ = slots.doing { $0.apply(.settled([lease(1), lease(2)])) }
    #expect(slots.value.free == 1)
  }
}
