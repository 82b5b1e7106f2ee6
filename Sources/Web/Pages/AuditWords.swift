import Domain

/// A row of the audit log in words: `ada@example.com paused the webhook Billing sync`.
struct AuditWords {
  let record: AuditRecord

  init(_ record: AuditRecord) {
    self.record = record
  }

  /// Every action that is written, as what somebody did; the thing's name follows.
  static let phrases: [String: String] = [
    "api_key.created": "created the API key", "api_key.revoked": "revoked the API key",
    "app.added": "added the app", "app.everyone_disconnected": "disconnected everybody from",
    "app.changed": "changed the app",
    "audit.exported": "downloaded the audit log",
    "bulk_job.ended": "finished a job over many deliveries",
    "bulk_job.stopped": "stopped a job over many deliveries",
    "connect.failed": "could not connect an app",
    "connect.refused": "did not allow an app to be connected",
    "connection.broke": "found that this app must be connected again:",
    "connection.checked": "checked the keys of", "connection.ended": "disconnected",
    "connection.made": "connected",
    "connection.narrowed": "found fewer permissions at", "connection.renewed": "reconnected",
    "connection.site_chosen": "chose the site to work with in",
    "connection.widened": "found more permissions at",
    "connection.uninstalled": "was told by the provider that access ended at",
    "deliveries.dropped": "began to drop deliveries",
    "deliveries.exported": "downloaded the deliveries of the webhook",
    "deliveries.retried": "began to send deliveries again",
    "delivery.dropped": "dropped a delivery", "delivery.retried": "sent a delivery again",
    "event_type.added": "added the event type",
    "event_type.changed": "changed the event type",
    "event_type.restored": "brought back the event type",
    "event_type.retired": "retired the event type",
    "grant.revoked": "withdrew the permission at the provider of",
    "keys.re_encrypted": "began to seal secrets again with the key",
    "notice.hidden": "hid a notice",
    "payload.read": "read the payload of a delivery",
    "permission.revoked": "revoked a permission of",
    "retry_job.hidden": "hid a finished job of the webhook",
    "retry_job.stopped": "stopped a job of the webhook",
    "schema.migrated": "brought the database on by",
    "session.ended": "signed out", "session.opened": "signed in",
    "sign_in.blocked": "has to wait after wrong passwords for",
    "sign_in.network_blocked": "has to wait, as all do there, after wrong passwords from",
    "sign_in.reset_blocked": "has to wait after asking for many new passwords for",
    "sign_in.reset_network_blocked":
      "has to wait, as all do there, after asking for many new passwords from",
    "user.added": "added", "user.deleted": "deleted a user", "user.disabled": "disabled",
    "user.enabled": "enabled", "user.invitation_cancelled": "cancelled the invitation of",
    "user.invited": "invited", "user.invited_again": "invited again",
    "user.password_changed": "changed the password of",
    "user.password_set": "set the password of",
    "user.removed": "removed what was left of a deleted user",
    "user.reset_link_made": "made a link to reset the password of",
    "user.reset_requested": "asked for a new password for",
    "user.role_changed": "changed the role of", "user.signed_out": "signed out everywhere",
    "webhook.changed": "changed the webhook", "webhook.created": "added the webhook",
    "webhook.deleted": "deleted the webhook",
    "webhook.drop_started": "dropped what was missed by the webhook",
    "webhook.paused": "paused the webhook",
    "webhook.recover_started": "sent what was missed by the webhook",
    "webhook.retry_started": "retried failed deliveries of the webhook",
    "webhook.secret_ended": "ended the old secret of the webhook",
    "webhook.secret_made": "made a new secret for the webhook",
    "webhook.tested": "sent a test event to the webhook",
  ]

  var who: String {
    switch record.who {
    case .user(let email): email
    case .deletedUser: "Deleted user"
    case .somebody: "Somebody"
    case .administrator: "An administrator"
    case .serviceKey(let name): name.map { "Key “\($0)”" } ?? "A service key"
    case .command: "Command line"
    case .worker: "Worker"
    case .host: "The host"
    }
  }

  /// An action without words of its own is still read: `event_type.retired` as `event type retired:`.
  var phrase: String {
    if let switched { return switched }
    if let many { return many }
    if delivery != nil, let phrase = Self.phrases[record.action] {
      return thing == nil ? phrase : phrase + " to"
    }
    return Self.phrases[record.action]
      ?? String(record.action.map { $0 == "." || $0 == "_" ? " " : $0 }) + ":"
  }

  /// A change of nothing but the switch is told as what it is.
  private var switched: String? {
    guard record.action == "webhook.changed", Self.members(record.after).count == 1,
      let status = member("status", of: record.after)
    else { return nil }
    return switch status {
    case "paused": "paused the webhook"
    case "active": "resumed the webhook"
    default: nil
    }
  }

  /// What a job over many deliveries is for or came to, in words: it has no name.
  private var many: String? {
    switch record.action {
    case "deliveries.dropped": count.map { "began to drop \($0)" }
    case "deliveries.retried": count.map { "began to send again \($0)" }
    case "bulk_job.ended" where member("state", of: record.after) == "stopped":
      "ended a job over many deliveries, as it was stopped"
    default: nil
    }
  }

  private var count: String? {
    Self.members(record.after).first { $0.name == "count" }?.value.integer.map {
      Words.count(BoundedCount($0), "delivery", "deliveries")
    }
  }

  /// The job over many deliveries that it was, which has a page for as long as it is kept.
  var job: RetryJob.ID? {
    guard Self.ofJobs.contains(record.action) else { return nil }
    return record.subjectID.map(RetryJob.ID.init)
  }

  private static let ofJobs: Set<String> = [
    "deliveries.dropped", "deliveries.retried", "bulk_job.ended", "bulk_job.stopped",
  ]

  /// The delivery that it was done to, which goes by its webhook.
  var delivery: Delivery.ID? {
    guard record.action.hasPrefix("delivery.") || record.action == "payload.read" else {
      return nil
    }
    return record.subjectID.map(Delivery.ID.init)
  }

  /// What it was done to, by today's name, else by what the change kept, else by its id; nil for what
  /// needs no name.
  var thing: String? {
    if Self.nameless.contains(record.action) || job != nil { return nil }
    if delivery != nil { return record.subjectName }
    let subject = record.action.prefix { $0 != "." }
    let kept = Self.naming.lazy.compactMap { name in
      member(name, of: record.after) ?? member(name, of: record.before)
    }.first
    guard let name = record.subjectName ?? kept else {
      return record.subjectID?.description ?? Self.unnamed[record.action]
    }
    if ["app", "connection", "connect", "grant", "permission"].contains(subject),
      let app = AppID(rawValue: name).flatMap(AppCatalog.app)
    {
      return app.name
    }
    return name
  }

  private static let nameless: Set<String> = [
    "session.opened", "session.ended", "audit.exported", "notice.hidden", "user.deleted",
    "user.removed",
  ]
  /// What an action without a subject was done to.
  private static let unnamed = [
    "sign_in.blocked": "an unknown address", "sign_in.reset_blocked": "an unknown address",
  ]
  private static let naming = ["name", "app", "email", "type", "network", "key"]

  private func member(_ name: String, of json: [UInt8]?) -> String? {
    Self.members(json).first { $0.name == name }?.value.string
  }

  static func members(_ json: [UInt8]?) -> [JSONObject.Member] {
    guard let json, let object = try? JSONValue(json).object() else { return [] }
    return object.members
  }

  /// Of an address, the network: `198.51.100.x`, `2001:db8:1:…`.
  var network: String? {
    guard let address = record.address else { return nil }
    if address.utf8.contains(UInt8(ascii: ":")) {
      return address.split(separator: ":", omittingEmptySubsequences: false).prefix(3)
        .joined(separator: ":") + ":…"
    }
    let parts = address.split(separator: ".")
    return parts.count == 4 ? parts.prefix(3).joined(separator: ".") + ".x" : address
  }
}
