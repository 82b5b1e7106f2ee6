import Domain
import MariaDB

@testable import Store

extension Change {
  static let webhooks = [
    Change(
      "webhook.created", "WebhookStore.create", "WebhookStore.subscribe", "WebhookStore.addSecret",
      "WebhookStore.setHeaders"
    ) { scene in
      {
        _ = try scene.stores.webhooks.create(
          Fixture.draft(events: .chosen(["lead.created"]), headers: [.init("x-key", "1")]),
          for: scene.ada.id, limit: 9, by: scene.actor)
      }
    },
    Change(
      "webhook.changed", "WebhookStore.apply", "WebhookStore.subscribe", "WebhookUndo.keepUndo"
    ) { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      var change = WebhookChange()
      change.name = "Other"
      change.events = .chosen(["lead.created"])
      let settled = change
      return {
        try scene.stores.webhooks.change(
          webhook, of: scene.ada.id, to: settled, by: scene.actor)
      }
    },
    Change("webhook.changed", "WebhookStore.apply") { scene in
      let webhook = try scene.dead().webhook
      try scene.fixture.change(webhook, of: scene.ada) { $0.isActive = false }
      return {
        try scene.fixture.change(webhook, of: scene.ada) { $0.isActive = true }
      }
    },
    Change("webhook.changed", "WebhookStore.undoEvents", "WebhookStore.apply") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      try scene.fixture.change(webhook, of: scene.ada) { $0.events = .chosen(["lead.created"]) }
      let found = try scene.stores.webhooks.find(webhook, of: scene.ada.id)
      let undo = try scene.stores.webhooks.undo(of: found)!
      return {
        try scene.stores.webhooks.undoEvents(
          of: webhook, user: scene.ada.id, undo: undo.id, by: scene.actor)
      }
    },
    Change("webhook.secret_made", "WebhookSecrets.rotateSecret", "WebhookStore.addSecret") {
      scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      return { try rotate(webhook, scene) }
    },
    Change("webhook.secret_ended", "WebhookSecrets.endOverlap") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      try rotate(webhook, scene)
      return {
        try scene.stores.webhooks.endOverlap(of: webhook, user: scene.ada.id, by: scene.actor)
      }
    },
    Change("webhook.deleted", "WebhookStore.deleteWebhook") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada, headers: [.init("x-key", "1")])
      return { try scene.stores.webhooks.delete(webhook, of: scene.ada.id, by: scene.actor) }
    },
    Change("webhook.paused", "ResultTally.pause") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      try scene.fixture.database.execute("DELETE FROM webhook_secrets")
      return { _ = try scene.stores.queue.pauseDamaged(webhook, by: .worker) }
    },
    Change("webhook.paused", "ResultTally.pause") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      try scene.fixture.emit(for: scene.ada)
      let claimed = try scene.fixture.claim(webhook)
      return {
        try scene.fixture.record(
          claimed.map { Fixture.report($0, .failure(.status, status: 410)) })
      }
    },
    Change("webhook.tested", "DeliveryTesting.beginTest") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      return {
        _ = try scene.stores.deliveries.beginTest(
          of: webhook, user: scene.ada.id, type: "lead.created", timestamp: currentTime(),
          body: [1], leaseSeconds: 60, by: scene.actor)
      }
    },
    Change("notice.hidden", "AttentionStore.hide") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      let notice = try UUID.new()
      try scene.fixture.database.execute(
        """
        INSERT INTO notices (id, user_id, webhook_id, kind, since, created_at, ended_at)
        VALUES (\(notice), \(scene.ada.id), \(webhook), 'recovered', NOW(6), NOW(6), NOW(6))
        """)
      return { try scene.stores.attention.hide(notice, of: scene.ada.id, by: scene.actor) }
    },
  ]

  static let deliveries = [
    Change("deliveries.exported") { scene in
      let webhook = try scene.fixture.webhook(of: scene.ada)
      return {
        try scene.stores.audit.recordExport(
          of: 3, deliveriesOf: webhook, user: scene.ada.id, by: scene.actor)
      }
    },
    Change("delivery.retried", "DeliveryRetrying.retry") { scene in
      let delivery = try scene.dead().delivery
      return { try scene.stores.deliveries.retry(delivery, of: scene.ada.id, by: scene.actor) }
    },
    Change("delivery.dropped", "DeliveryAdministration.drop") { scene in
      let delivery = try scene.dead().delivery
      return { try scene.stores.deliveries.drop(delivery, of: scene.ada.id, by: scene.actor) }
    },
    Change("payload.read") { scene in
      let delivery = try scene.dead().delivery
      return {
        try scene.stores.deliveries.recordReading(
          of: delivery, owner: scene.ada.id, reason: "asked", attempt: nil, by: scene.actor)
      }
    },
    Change("webhook.retry_started", "RetryJobStore.start") { scene in
      let webhook = try scene.dead().webhook
      return { _ = try retry(webhook, scene) }
    },
    Change("retry_job.stopped", "RetryJobStore.stop") { scene in
      let webhook = try scene.dead().webhook
      let job = try retry(webhook, scene)
      return {
        try scene.stores.retryJobs.stop(job, of: webhook, user: scene.ada.id, by: scene.actor)
      }
    },
    Change("retry_job.hidden", "AttentionJobs.hide") { scene in
      let webhook = try scene.dead().webhook
      let job = try retry(webhook, scene)
      try scene.fixture.change(webhook, of: scene.ada) { $0.isActive = false }
      while try scene.stores.retryJobs.step(job) {}
      return { try scene.stores.attention.hide(job, of: scene.ada.id, by: scene.actor) }
    },
    Change("deliveries.retried", "BulkJobStore.start") { scene in
      _ = try scene.dead()
      return { _ = try bulk(.retry, scene) }
    },
    Change("deliveries.dropped", "BulkJobStore.start") { scene in
      _ = try scene.dead()
      return { _ = try bulk(.drop, scene) }
    },
    Change("bulk_job.stopped", "BulkJobStore.stop") { scene in
      _ = try scene.dead()
      let job = try bulk(.retry, scene)
      return { try scene.stores.bulkJobs.stop(job, by: scene.actor) }
    },
    Change("bulk_job.ended", "BulkJobSteps.finish") { scene in
      _ = try scene.dead()
      let job = try bulk(.retry, scene)
      try scene.stores.bulkJobs.stop(job, by: scene.actor)
      return { _ = try scene.stores.bulkJobs.step(job) }
    },
  ]

  private static func rotate(_ webhook: Webhook.ID, _ scene: Scene) throws {
    _ = try scene.stores.webhooks.rotateSecret(
      of: webhook, user: scene.ada.id, to: Secret(.v1, bytes: [UInt8](repeating: 9, count: 24)),
      overlap: Interval(seconds: 86_400), endingOlder: true, by: scene.actor)
  }

  private static func retry(_ webhook: Webhook.ID, _ scene: Scene) throws -> RetryJob.ID {
    try scene.stores.retryJobs.start(
      RetryScope(kind: .retry, since: Timestamp(seconds: 0)), of: webhook, user: scene.ada.id,
      by: scene.actor
    ).job!
  }

  private static func bulk(_ kind: RetryJob.Kind, _ scene: Scene) throws -> RetryJob.ID {
    try scene.stores.bulkJobs.start(kind, DeadFilter(), by: scene.root.id, actor: scene.actor).job!
  }
}
