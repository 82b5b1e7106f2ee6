import Domain
import Logging
import Store

/// What becomes of webhooks whose secret or header does not open.
struct UnopenedTargets {
  let queue: QueueStore
  let logger: Logger

  /// Pauses what nothing makes readable again, and says of what waits for a key that it does.
  func tell(of targets: DeliveryTargets) throws {
    for id in targets.damaged {
      guard let damage = try queue.pauseDamaged(id, by: .worker) else { continue }
      logger.error(
        "a webhook is paused: what is sealed was changed or moved, and does not open",
        metadata: ["webhook": "\(id)", "damaged": "\(damage)"])
    }
    for (id, error) in targets.keyless where try queue.noteMissingKey(of: id) {
      logger.error(
        "deliveries wait for a key", metadata: ["webhook": "\(id)", "error": "\(error)"])
    }
    try queue.endMissingKey(of: targets.haveKeyAgain)
  }
}
