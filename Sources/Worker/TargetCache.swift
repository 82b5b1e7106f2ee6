import Domain
import Store

/// Targets as they were last read. A claim notices where one has changed, so that they need not be
/// read and unsealed for each.
struct TargetCache {
  /// Milliseconds.
  static let keptFor: Int64 = 60_000
  static let capacity = 10_000

  private var entries: [Webhook.ID: (target: DeliveryTarget, until: Int64)] = [:]

  func target(of id: Webhook.ID, at milliseconds: Int64) -> DeliveryTarget? {
    entries[id].flatMap { $0.until > milliseconds ? $0.target : nil }
  }

  mutating func keep(_ target: DeliveryTarget, at milliseconds: Int64) {
    if entries.count >= Self.capacity { entries = [:] }
    let until = milliseconds + min(Self.keptFor, target.endsIn ?? Self.keptFor)
    entries[target.webhookID] = (target, until)
  }

  mutating func drop(_ id: Webhook.ID) {
    entries[id] = nil
  }
}
