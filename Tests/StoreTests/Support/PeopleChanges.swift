import Domain
import MariaDB

@testable import Store

extension Change {
  private static let hash = "$scrypt$ln=4,r=8,p=1$c2FsdA$aGFzaA"

  static let people = [
    Change("user.added", "UserStore.add") { scene in
      {
        try scene.stores.users.add(
          email: "new@example.com", role: .user, passwordHash: nil, by: scene.actor)
      }
    },
    Change("user.invited", "LinkStore.invite", "LinkStore.add", "LinkStore.mail") { scene in
      {
        _ = try scene.stores.links.invite(
          EmailAddress("new@example.com")!, role: .user, mailing: { $0.text }, by: scene.actor)
      }
    },
    Change("user.invited_again", "LinkStore.add", "LinkStore.endLinks") { scene in
      let (user, _) = try scene.stores.links.invite(
        EmailAddress("new@example.com")!, role: .user, mailing: nil, by: scene.actor)
      return { _ = try scene.stores.links.renew(for: user.id, mailing: nil, by: scene.actor) }
    },
    Change("user.reset_link_made", "LinkStore.add") { scene in
      { _ = try scene.stores.links.renew(for: scene.ada.id, mailing: nil, by: scene.actor) }
    },
    Change("user.reset_requested", "SignInThrottle.count", "LinkStore.add", "LinkStore.mail") {
      scene in
      {
        try scene.stores.links.request(
          EmailAddress(scene.ada.email)!, countedAs: [.resetNetwork("x")],
          mailing: { $0.text }, by: scene.actor)
      }
    },
    Change("user.password_set", "PasswordStore.setPassword", "LinkStore.endLinks") { scene in
      _ = try scene.fixture.session(of: scene.ada)
      let token = try scene.stores.links.renew(for: scene.ada.id, mailing: nil, by: scene.actor)
      return { try scene.stores.links.use(token, passwordHash: hash, from: "::1") }
    },
    Change("user.password_changed", "PasswordStore.setPassword") { scene in
      let session = try scene.fixture.session(of: scene.ada)
      _ = try scene.fixture.session(of: scene.ada)
      return {
        try scene.stores.users.changePassword(
          hash, of: scene.ada.id, keeping: session.id, by: scene.actor)
      }
    },
    Change("user.role_changed", "PasswordStore.setRole") { scene in
      {
        try scene.stores.users.setRole(
          .administrator, was: .user, of: scene.ada.id, by: scene.actor)
      }
    },
    Change("user.disabled", "UserStore.setStatus", "LinkStore.endLinks") { scene in
      _ = try scene.fixture.session(of: scene.ada)
      _ = try scene.stores.links.renew(for: scene.ada.id, mailing: nil, by: scene.actor)
      return { try scene.stores.users.setStatus(.disabled, of: scene.ada.id, by: scene.actor) }
    },
    Change("user.enabled", "UserStore.setStatus") { scene in
      try scene.stores.users.setStatus(.disabled, of: scene.ada.id, by: scene.actor)
      return { try scene.stores.users.setStatus(.active, of: scene.ada.id, by: scene.actor) }
    },
    Change(
      "user.deleted", "UserStore.remove", "LinkStore.endLinks", "SignInThrottle.forget",
      "WebhookStore.deleteWebhook"
    ) { scene in
      _ = try scene.fixture.session(of: scene.ada)
      _ = try scene.stores.links.renew(for: scene.ada.id, mailing: nil, by: scene.actor)
      _ = try scene.fixture.webhook(of: scene.ada, headers: [.init("x-key", "1")])
      try scene.stores.throttle.recordFailure(.account(email: scene.ada.email), by: scene.actor)
      _ = try scene.stores.apiKeys.create(
        for: scene.ada.id, name: "Key", scopes: [.metrics], expiresAt: nil, by: scene.actor)
      return { try scene.stores.users.delete(scene.ada.id, by: scene.actor) }
    },
    Change("user.invitation_cancelled", "UserStore.remove", "LinkStore.endLinks") { scene in
      let (user, _) = try scene.stores.links.invite(
        EmailAddress("new@example.com")!, role: .user, mailing: nil, by: scene.actor)
      return { try scene.stores.users.cancelInvitation(of: user.id, by: scene.actor) }
    },
    Change("user.removed", "RetentionDeletions.removeUsers") { scene in
      try scene.stores.users.delete(scene.ada.id, by: scene.actor)
      try scene.fixture.database.execute(
        """
        UPDATE users SET deleted_at = UTC_TIMESTAMP(6) - INTERVAL 2 DAY
         WHERE deleted_at IS NOT NULL
        """)
      try scene.fixture.addAuditRoutines()
      _ = try scene.stores.chores.due()
      let lease = try scene.stores.chores.take(.deletedUsers, leaseSeconds: 60)!
      return {
        var lease = lease
        while true {
          let batch = try scene.stores.retention.removeDeletedUsers(&lease, rows: 100)
          lease.cursor = batch.cursor
          if batch.isDone { break }
        }
      }
    },
  ]

  static let sessions =
    [
      Change("session.opened", "SessionStore.open") { scene in
        { _ = try scene.fixture.session(of: scene.ada) }
      },
      Change("session.ended", "SessionStore.end") { scene in
        let session = try scene.fixture.session(of: scene.ada)
        return { try scene.stores.sessions.end(session, by: scene.actor) }
      },
      Change("session.ended", "SessionListing.end") { scene in
        let session = try scene.fixture.session(of: scene.ada)
        return { try scene.stores.sessions.end(session.id, of: scene.ada.id, by: scene.actor) }
      },
      Change("user.signed_out", "SessionListing.endAll") { scene in
        _ = try scene.fixture.session(of: scene.ada)
        return { try scene.stores.sessions.endAll(of: scene.ada.id, keeping: nil, by: scene.actor) }
      },
    ]
    + [
      (SignInThrottle.Subject.account(email: "ada@example.com"), 5, "sign_in.blocked"),
      (.network("198.51.100.0/24"), 50, "sign_in.network_blocked"),
      (.resetAccount(email: "ada@example.com"), 3, "sign_in.reset_blocked"),
      (.resetNetwork("198.51.100.0/24"), 20, "sign_in.reset_network_blocked"),
    ].map { subject, free, action in
      Change(action, "SignInThrottle.count") { scene in
        for _ in 1...free { try scene.stores.throttle.recordFailure(subject, by: scene.actor) }
        return { try scene.stores.throttle.recordFailure(subject, by: scene.actor) }
      }
    }

  static let keys = [
    Change("api_key.created", "APIKeyStore.create") { scene in
      {
        _ = try scene.stores.apiKeys.create(
          for: nil, name: "Key", scopes: [.metrics], expiresAt: nil, by: scene.actor)
      }
    },
    Change("api_key.revoked", "APIKeyStore.revoke") { scene in
      let key = try scene.stores.apiKeys.create(
        for: nil, name: "Key", scopes: [.metrics], expiresAt: nil, by: scene.actor)
      return { try scene.stores.apiKeys.revoke(prefix: key.prefix, by: scene.actor) }
    },
    Change("api_key.created", "OwnAPIKeys.create", "FormTicket.take") { scene in
      let session = try scene.fixture.session(of: scene.ada)
      let draft = APIKeyDraft(name: "Mine", scopes: [.webhooksRead], lifetimeDays: 90)
      return {
        _ = try scene.stores.apiKeys.create(
          draft, for: scene.ada.id, limit: 9,
          form: FormTicket(session: session.id, form: UUID(high: 2, low: 2)) { "/\($0)" },
          by: scene.actor)
      }
    },
    Change("api_key.revoked", "OwnAPIKeys.revoke") { scene in
      let draft = APIKeyDraft(name: "Mine", scopes: [.webhooksRead], lifetimeDays: 90)
      let made = try scene.stores.apiKeys.create(
        draft, for: scene.ada.id, limit: 9, form: nil, by: scene.actor)
      return { try scene.stores.apiKeys.revoke(made.id, of: scene.ada.id, by: scene.actor) }
    },
  ]

  static let operation = [
    Change("keys.re_encrypted", "SealedStore.columns") { scene in
      _ = try scene.fixture.webhook(of: scene.ada, headers: [.init("x-key", "1")])
      _ = try scene.stores.links.renew(
        for: scene.ada.id, mailing: { $0.text }, by: scene.actor)
      var change = AppChange()
      change.clientID = "id"
      change.clientSecret = "secret"
      try scene.stores.apps.change(Fixture.github, to: change, by: scene.actor)
      try scene.fixture.connect(scene.ada)
      try scene.fixture.connect(scene.root, Fixture.grant(account: "2"))
      _ = try scene.stores.revocations.end(
        Fixture.github, of: scene.root.id, keepsRow: false, end: .revoke, by: scene.actor)
      let session = try scene.fixture.session(of: scene.ada)
      _ = try scene.fixture.request(scene.ada, in: session, state: OAuthState("state"))
      let ring = Fixture.keys.adding(Fixture.key(9, byte: 9)).promoting(9)!
      // By the connection of the scene, on which rows are refused.
      let sealed = SealedStore(database: scene.stores.database, seal: Seal(ring))
      return { _ = try sealed.reEncryptAll() }
    },
    Change("audit.exported") { scene in
      { try scene.stores.audit.recordExport(of: 3, by: scene.actor) }
    },
    Change("event_type.added", "EventTypeChanges.add") { scene in
      { try scene.stores.eventTypes.add("invoice.paid", draft, by: scene.actor) }
    },
    Change("event_type.changed", "EventTypeChanges.change") { scene in
      let version = try scene.stores.eventTypes.entry("lead.created").version
      return {
        try scene.stores.eventTypes.change(
          "lead.created", to: draft, version: version, by: scene.actor)
      }
    },
    Change("event_type.retired", "EventTypeChanges.setRetired") { scene in
      { try scene.stores.eventTypes.setRetired(true, "lead.created", by: scene.actor) }
    },
    Change("event_type.restored", "EventTypeChanges.setRetired") { scene in
      try scene.stores.eventTypes.setRetired(true, "lead.created", by: scene.actor)
      return { try scene.stores.eventTypes.setRetired(false, "lead.created", by: scene.actor) }
    },
  ]

  private static let draft = EventTypeDraft(
    description: "An invoice is paid", group: "Invoices", example: #"{"id":"1"}"#, position: 90)
}
