package import Domain
package import Outbound
package import Store

/// Sends one test while its user waits: the request, the address guard, the limits and the record are
/// those of any delivery.
package struct TestSend: Sendable {
  /// Whoever waits does so for no longer.
  static let longestMilliseconds = 10_000

  private let rules: OutboundRules
  /// Until a worker takes it for interrupted; longer than any attempt.
  package let leaseSeconds: Int
  private let recording: RecordingRules

  package init(rules: OutboundRules, leaseSeconds: Int, recording: RecordingRules) {
    self.rules = rules.limited(toMilliseconds: Self.longestMilliseconds)
    self.leaseSeconds = leaseSeconds
    self.recording = recording
  }

  /// Makes the attempt and puts it on record.
  /// - Parameters:
  ///   - delivery: As `DeliveryStore.beginTest` gave it.
  ///   - actor: Whose test it is, should it find that the webhook is damaged.
  /// - Throws: Of the database alone; the lease then ends the delivery.
  package func perform(_ delivery: ClaimedDelivery, stores: Stores, by actor: Actor) throws {
    let now = try stores.queue.databaseTime()
    let targets = try stores.queue.testTargets(of: delivery.webhookID)
    for id in targets.damaged { _ = try stores.queue.pauseDamaged(id, by: actor) }
    let report = try attempt(delivery, at: now, targets)
    try stores.queue.record([report], rules: recording, random: { 0.5 })
  }

  private func attempt(_ delivery: ClaimedDelivery, at now: Timestamp, _ targets: DeliveryTargets)
    throws -> AttemptReport
  {
    // None where a secret or header does not open: the same as a target that cannot be used.
    let target =
      targets[delivery.webhookID]
      ?? DeliveryTarget(
        webhookID: delivery.webhookID, endpointURL: "", secrets: [], headers: [],
        maxInFlight: nil, maxPerSecond: nil, isOrdered: false)
    let message = Deliverer(rules: rules).message(for: delivery, to: target, at: now)
    if target.secrets.isEmpty { return message.failed(.internal) }
    guard let request = message.request else { return message.refused() }
    do {
      let sender = try Sender(rules: rules, maxConnections: 1)
      try sender.start(request, tag: 0)
      while true {
        for case .finished(_, let answer) in try sender.run(waitingUpToMilliseconds: 1_000) {
          return message.report(answer)
        }
      }
    } catch {
      return message.failed(.internal)
    }
  }
}
