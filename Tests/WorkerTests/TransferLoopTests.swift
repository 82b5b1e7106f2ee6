import Domain
import Engine
import Logging
import Outbound
import Synchronization
import Testing

@testable import Store
@testable import Worker

/// The thread that sends, where nothing is to be sent any more.
struct TransferLoopTests {
  /// The thread that claims hands over its last ones and then says that no more will come: both may
  /// happen while the other is between looking for the one and for the other.
  @Test func `what is assigned right before the stop is given back`() throws {
    let assignments = Held<Assignment>()
    let events = Held<SendingEvent>()
    let results = Held<ResultEvent>()
    let rules = OutboundRules(
      policy: AddressPolicy(allow: .nothing), caFile: nil, totalTimeoutMilliseconds: 1_000,
      userAgent: "test")
    let last = assignment()
    var loop = TransferLoop(
      deliverer: Deliverer(rules: rules), sender: try Sender(rules: rules, maxConnections: 1),
      assignments: assignments, events: events, results: results, concurrency: 1,
      isStopping: {
        assignments.put([last])
        return true
      }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))

    try loop.run()

    let returned = events.take().compactMap { event in
      if case .returned(let delivery) = event { delivery.id } else { nil }
    }
    #expect(returned == [last.delivery.id])
    #expect(results.take().count == 1)
  }

  /// Without a secret, without a payload, or where OpenSSL says no.
  @Test func `what cannot be signed does not keep its host from all others`() throws {
    let assignments = Held<Assignment>()
    let events = Held<SendingEvent>()
    let rules = OutboundRules(
      policy: AddressPolicy(allow: .nothing), caFile: nil, totalTimeoutMilliseconds: 1_000,
      userAgent: "test")
    let all = (1...3).map { assignment($0, to: "https://hooks.acme.io/") }
    assignments.put(all)
    var rounds = 0
    var loop = TransferLoop(
      deliverer: Deliverer(rules: rules), sender: try Sender(rules: rules, maxConnections: 1),
      assignments: assignments, events: events, results: Held<ResultEvent>(), concurrency: 4,
      isStopping: {
        rounds += 1
        return rounds > 1
      }, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))

    try loop.run()

    let attempted = events.take().compactMap { event in
      if case .attempted(let report) = event { report.delivery } else { nil }
    }
    #expect(attempted == all.map(\.delivery.id))
  }

  private func assignment(
    _ number: UInt64 = 1, to url: String = "https://hooks.example.com/"
  ) -> Assignment {
    let target = DeliveryTarget(
      webhookID: Webhook.ID(UUID(high: 3, low: 1)), endpointURL: url, secrets: [], headers: [],
      maxInFlight: nil,
      maxPerSecond: nil, isOrdered: false)
    return Assignment(
      delivery: ClaimedDelivery(
        id: Delivery.ID(UUID(high: 1, low: number)), webhookID: target.webhookID,
        eventID: Event.ID(UUID(high: 2, low: 2)), leaseNumber: 1, body: Array("{}".utf8)),
      target: target, startBy: .max, clockOffset: 0)
  }
}

/// A channel whose two ends are on one thread.
private final class Held<Element: Sendable>: Channel {
  private let elements = Mutex<[Element]>([])

  func put(_ new: [Element]) {
    elements.withLock { $0 += new }
  }

  func take() -> [Element] {
    elements.withLock { held in
      defer { held = [] }
      return held
    }
  }
}
