import Domain
import Logging
import Store

/// What becomes of webhooks whose secret or header does not open.
struct UnopenedTargets {
  let queue: QueueStore
  let logger: Logger

  /// Pauses what nothing makes readable again, and says of what waits for a key that it does.
  func tell(of targets: DeliveryTargets) throws {
    for id in targets.damaged { try attempt(id) { try pause(id) } }
    for (id, error) in targets.keyless {
      try attempt(id) {
        guard try queue.noteMissingKey(of: id) else { return }
        logger.error(
          "deliveries wait for a key", metadata: ["webhook": "\(id)", "error": "\(error)"])
      }
    }
    for id in targets.haveKeyAgain { try attempt(id) { try queue.endMissingKey(of: id) } }
  }

  private func pause(_ id: Webhook.ID) throws {
    guard let damage = try queue.pauseDamaged(id, by: .worker) else { return }
    logger.error(
      "a webhook is paused: what is sealed was changed or moved, and does not open",
      metadata: ["webhook": "\(id)", "damaged": "\(damage)"])
  }

  /// One that cannot be written of keeps no other from its turn, and comes up again.
  private func attempt(_ id: Webhook.ID, _ write: () throws -> Void) throws {
    do {
      try write()
    } catch  where Stores.isOfItself(error) {
      logger.error(
        "a webhook that does not open is left as it is",
        metadata: ["webhook": "\(id)", "error": "\(error)"])
    }
  }
}
