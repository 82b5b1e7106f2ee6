import Domain

@testable import Web

/// Every page in the states that change its shape. What people and other servers say in them goes
/// through `text`, so that a test can make it hostile.
struct SamplePages {
  struct Sample: CustomStringConvertible {
    let name: String
    let html: HTML
    var description: String { name }
  }

  var text: (String) -> String = { $0 }

  static let links = Links(prefix: "/settings/integrations", assetVersion: "1")
  static let now = Timestamp(rfc3339: "2026-11-24T14:05:10Z")!
  static let site = Site(
    links: links,
    schedule: RetrySchedule(waits: RetrySchedule.waits("5s,5m,30m,2h,5h,10h,10h")!, jitter: 0.1),
    retention: Interval("90d")!, payloadRetention: Interval("7d")!, disableAfter: Interval("5d")!,
    webhookLimit: 20, keyLimit: 20,
    hasSignOut: true)

  var all: [Sample] {
    signIn + people + apps + administration + catalog + overview + webhooks + add + deletions
      + settings
      + secrets
      + webhook
      + deliveries + retries + adminDeliveries + deadLetters
      + tests + signatures + keys + attention + events + errors
  }

  var shell: Shell {
    Shell(site: Self.site, email: text("you@example.com"), formToken: "00ff", now: Self.now)
  }

  private var signIn: [Sample] {
    let plain = SignInPage(site: Self.site, formToken: "00ff")
    var going = plain
    going.next = .webhooks
    var out = plain
    out.note = .signedOut
    var expired = plain
    expired.note = .expired
    var wrong = plain
    wrong.email = text("mail")
    wrong.errors = SignInPage.wrongDetails
    var throttled = plain
    throttled.secondsToWait = 290
    return [
      Sample(name: "sign in", html: plain.render()),
      Sample(name: "sign in, next", html: going.render()),
      Sample(name: "signed out", html: out.render()),
      Sample(name: "session ended", html: expired.render()),
      Sample(name: "wrong details", html: wrong.render()),
      Sample(name: "throttled", html: throttled.render()),
    ]
  }

  private var webhooks: [Sample] {
    let rows: [WebhooksPage.Row] = [
      .init(
        webhook: hook(.paused(.gone)), health: health(failing: true),
        heldCount: BoundedCount(1_001, isAll: false)),
      .init(webhook: hook(.active), health: health(failing: true)),
      .init(webhook: hook(.active, id: 2, events: .all), health: health()),
      .init(
        webhook: hook(.paused(.user), id: 3), health: health(hours: 0), heldCount: BoundedCount(0)),
      .init(
        webhook: hook(.active, id: 4),
        health: WebhookHealth(hours: [], lastSuccessAt: nil, failingSince: nil)),
      .init(webhook: hook(.active, id: 5), health: nil),
    ]
    let unique = rows.enumerated().map { index, row in
      WebhooksPage.Row(
        webhook: hook(row.webhook.status, id: UInt64(index), events: row.webhook.events),
        health: row.health, heldCount: row.heldCount)
    }
    return [
      Sample(name: "webhooks", html: WebhooksPage(shell: shell, rows: unique).render()),
      Sample(
        name: "webhooks, banner",
        html: WebhooksPage(
          shell: shell, rows: unique, banner: Banner(sentence: text("something was done"))
        ).render()),
      Sample(
        name: "failing webhooks",
        html: WebhooksPage(shell: shell, rows: unique, filter: .init(health: .failing)).render()),
      Sample(
        name: "webhooks not found",
        html: WebhooksPage(
          shell: shell, rows: unique, filter: .init(health: .paused, search: text("nothing such"))
        ).render()),
      Sample(name: "no webhooks", html: WebhooksPage(shell: shell, rows: []).render()),
    ]
  }

  private var add: [Sample] {
    let empty = AddWebhookPage(shell: shell, formID: "form", eventTypes: types)
    var wrong = empty
    wrong.answers = .init(
      name: text("name"), endpointURL: text("address"), events: [types[0].name],
      usesOwnSecret: true, startsPaused: true)
    wrong.errors = ["name", "endpoint_url", "events", "secret"].map {
      FieldError($0, text("message " + $0))
    }
    wrong.isAtLimit = true
    wrong.advice = AddressAdvice(tone: .warn, text: text("advice"))
    wrong.answers.scheme = .v1a
    wrong.answers.options.rows = [text("x-one")]
    var all = empty
    all.answers.selectsAll = true
    return [
      Sample(name: "add", html: empty.render()), Sample(name: "add, wrong", html: wrong.render()),
      Sample(name: "add, all events", html: all.render()),
    ]
  }

  private var deletions: [Sample] {
    [(0, true), (1, true), (2, false), (1_001, false)].map { number, isAll in
      let count = BoundedCount(number, isAll: isAll)
      return Sample(
        name: "delete, \(number)",
        html: DeleteWebhookPage(
          shell: shell, webhook: hook(.active), waiting: count, held: count
        ).render())
    }
  }

  private var secrets: [Sample] {
    func page(_ secret: SecretPage.Secret, _ warning: String? = nil) -> HTML {
      SecretPage(
        shell: shell, webhookID: hook(.active).id, webhookName: text("name"), secret: secret,
        notes: [warning].compactMap { $0 }
      ).render()
    }
    return [
      Sample(name: "secret", html: page(.shown(text("whsec_secret")), text("warning"))),
      Sample(name: "public key", html: page(.publicKey([UInt8](repeating: 7, count: 32)))),
      Sample(name: "secret, again", html: page(.alreadyShown(lastFour: text("kQ2m")))),
    ]
  }

  private var errors: [Sample] {
    let statuses = [400, 401, 403, 404, 405, 409, 413, 415, 429, 500, 503]
    return statuses.flatMap { status in
      [nil, shell].map { shell in
        Sample(
          name: "error \(status)",
          html: ErrorPage(
            status: status, reference: text("reference"), site: Self.site, shell: shell,
            secondsToWait: status == 429 ? 12 : nil
          ).render())
      }
    }
  }

  private var events: [Sample] {
    let retired = EventType(
      name: text("lead.merged"), description: text("gone"), group: text("Old"),
      example: text("{}"), isRetired: true)
    return [
      Sample(name: "events", html: EventsPage(shell: shell, types: types + [retired]).render()),
      Sample(name: "event", html: EventTypePage(shell: shell, type: types[0]).render()),
      Sample(name: "retired event", html: EventTypePage(shell: shell, type: retired).render()),
    ]
  }
}

// What the samples are made of.
extension SamplePages {
  var types: [EventType] {
    [("lead.created", "Leads"), ("lead.updated", "Leads"), ("export.completed", "Exports")].map {
      EventType(
        name: text($0.0), description: text("meaning of " + $0.0), group: text($0.1),
        example: text(#"{"id":"1"}"#), isRetired: false)
    }
  }

  func hook(_ status: Webhook.Status, id: UInt64 = 1, events: EventSelection? = nil) -> Webhook {
    Webhook(
      id: Webhook.ID(UUID(high: 0x019A_B1C2_0000_7000, low: 0x8000_0000_0000_0000 + id)),
      userID: User.ID(UUID(high: 0, low: 9)), name: text("Warehouse"),
      endpointURL: text("https://ingest.example.net/wh?token=x"),
      events: events ?? .chosen([types[0].name]), status: status, signature: .v1, headerNames: [],
      maxInFlight: nil, maxPerSecond: nil, isOrdered: false, createdAt: Self.now,
      updatedAt: Self.now, version: 1)
  }

  func health(hours: Int = 24, failing: Bool = false) -> WebhookHealth {
    WebhookHealth(
      hours: (0..<hours).map { .init(delivered: $0 * 3, failed: failing && $0 > 20 ? 1 : 0) },
      lastSuccessAt: Self.now, failingSince: failing ? Self.now.advanced(bySeconds: -9_000) : nil)
  }

  func delivery(
    _ state: Delivery.State, attempts: Int = 0, status: Int? = nil, error: AttemptError? = nil,
    inFlight: Bool = false, test: Bool = false
  ) -> Delivery {
    Delivery(
      id: Delivery.ID(UUID(high: 0x019A_B1C2_0000_7000, low: 77)), webhookID: hook(.active).id,
      eventID: Event.ID(UUID(high: 0x019A_B1C2_0000_7000, low: 78)), eventType: types[0].name,
      state: state, attemptNumber: attempts, scheduleStep: attempts, isInFlight: inFlight,
      isTest: test, responseStatus: status, error: error,
      createdAt: Self.now.advanced(bySeconds: -60))
  }

  func attempt(
    _ number: Int, status: Int?, error: AttemptError?, timings: Attempt.Timings = .init(),
    body: [UInt8]? = nil, manual: Bool = false
  ) -> Attempt {
    Attempt(
      number: number, startedAt: Self.now.advanced(bySeconds: Int64(number)), timings: timings,
      remoteAddress: text("203.0.113.7:443"), endpointURL: text("https://ingest.example.net/wh"),
      responseStatus: status, error: error,
      requestHeaders: [.init(text("webhook-id"), text("value"))],
      responseHeaders: [.init(text("location"), text("https://other.example/"))],
      responseBody: body ?? Array(text("body").utf8), isManual: manual)
  }
}
