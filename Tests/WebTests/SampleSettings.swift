import Domain

@testable import Web

extension SamplePages {
  /// The pages and parts with which a webhook is changed.
  var settings: [Sample] {
    edits + rotations + choices + [
      Sample(
        name: "end overlap",
        html: EndOverlapPage(shell: shell, webhook: hook(.active), older: facts[1]).render())
    ]
  }

  var facts: [SecretFacts] {
    [
      SecretFacts(
        lastFour: text("kQ2m"), publicKey: [UInt8](repeating: 7, count: 32), createdAt: Self.now,
        expiresAt: nil),
      SecretFacts(
        lastFour: text("7hPz"), publicKey: nil, createdAt: Self.now,
        expiresAt: Self.now.advanced(bySeconds: 86_400)),
    ]
  }

  /// All that there may be.
  var damage: WebhookDamage? {
    WebhookDamage([.secret, .olderSecret, .header(text("x-api-key")), .header(text("x-two"))])
  }

  private var edits: [Sample] {
    var webhook = hook(.active)
    webhook.headerNames = [text("x-api-key")]
    webhook.maxInFlight = 3
    func page(_ answers: EditWebhookPage.Answers, _ waiting: BoundedCount) -> EditWebhookPage {
      EditWebhookPage(
        shell: shell, webhook: webhook, formID: "form", mark: "00", answers: answers,
        waiting: waiting)
    }
    let plain = page(.init(webhook), BoundedCount(0))
    var damaged = plain
    damaged.damagedHeaders = webhook.headerNames
    var wrong = page(
      .init(
        name: text("other"), endpointURL: text("https://other.example.com"),
        options: .init(
          rows: [text("x-one"), text("x-two")], removed: [text("x-api-key")],
          maxInFlight: text("many"), maxPerSecond: text("more"), isOrdered: true)),
      BoundedCount(6))
    var conflict = wrong
    conflict.isConflict = true
    conflict.advice = .refused(.scheme(mended: text("https://mended.example.com")))
    wrong.errors = [
      "name", "endpoint_url", "headers", "kept-1", "header-name-1", "header-value-2",
      "max_in_flight", "max_per_second",
    ].map { FieldError($0, text("message " + $0)) }
    return [
      Sample(name: "edit", html: plain.render()), Sample(name: "edit, wrong", html: wrong.render()),
      Sample(name: "edit, conflict", html: conflict.render()),
      Sample(name: "edit, damaged", html: damaged.render()),
    ]
  }

  private var rotations: [Sample] {
    func page(_ secrets: [SecretFacts]) -> RotateSecretPage {
      RotateSecretPage(
        shell: shell, webhook: hook(.active), secrets: secrets, formID: "form", answers: .init())
    }
    var damaged = page(facts)
    damaged.isDamaged = true
    var wrong = page(facts)
    wrong.answers.usesOwnSecret = true
    wrong.errors = ["end_older", "overlap", "secret"].map {
      FieldError($0, text("message " + $0))
    }
    return [
      Sample(name: "rotate", html: page([facts[0]]).render()),
      Sample(name: "rotate, two in use", html: page(facts).render()),
      Sample(name: "rotate, wrong", html: wrong.render()),
      Sample(name: "rotate, damaged", html: damaged.render()),
    ]
  }

  private var choices: [Sample] {
    let events = EventSelection.chosen([types[1].name])
    let undo = EventsUndo(id: UUID(high: 1, low: 2), events: events)
    let cases: [(String, EventSelection, EventChoice)] = [
      ("conflict", .all, EventChoice(selection: events, isConflict: true)),
      ("conflict with all", events, EventChoice(selection: .all, isConflict: true)),
      ("none", .chosen([]), EventChoice()),
      ("ticked", events, EventChoice(selection: .chosen([]), tick: .all)),
      ("too late", events, EventChoice(isTooLate: true)),
    ]
    return cases.map { name, saved, choice in
      var webhook = hook(.active, events: saved)
      webhook.headerNames = [text("x-api-key")]
      webhook.isOrdered = true
      webhook.maxPerSecond = 5
      let page = WebhookPage(
        shell: shell, webhook: webhook, health: nil, secrets: facts, eventTypes: types,
        formID: "form", choice: choice, undo: undo,
        banner: Banner(
          sentence: text("saved"),
          action: UndoForm(shell: shell, webhook: webhook, undo: undo).render()),
        log: DeliveryLog(filter: DeliveryFilter(), rows: .unavailable))
      return Sample(name: "webhook, events \(name)", html: page.render())
    }
  }
}
