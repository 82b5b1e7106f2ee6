import Domain

@testable import Web

extension SamplePages {
  var webhook: [Sample] {
    let cursor = Cursor(time: Self.now, id: UUID(high: 1, low: 2))
    let filter = DeliveryFilter(status: .failed, event: text("lead.created"), from: Self.now)
    func page(_ status: Webhook.Status, _ health: WebhookHealth?, _ log: DeliveryLog) -> HTML {
      WebhookPage(
        shell: shell, webhook: hook(status), health: health,
        answerTimes: health.map { _ in .init(median: 180_000, nineteenOfTwenty: 640_000) },
        secrets: [facts[0]], eventTypes: types, heldCount: BoundedCount(3), formID: "form", log: log
      ).render()
    }
    var damaged = WebhookPage(
      shell: shell, webhook: hook(.paused(.damaged)), health: health(), secrets: [facts[0]],
      eventTypes: types, heldCount: BoundedCount(3), formID: "form",
      log: DeliveryLog(filter: DeliveryFilter(), rows: .unavailable))
    let mended = damaged.render()
    damaged.damage = damage
    func log(_ filter: DeliveryFilter, _ rows: [DeliveryLog.Row]) -> DeliveryLog {
      DeliveryLog(
        filter: filter, rows: .read(rows), newer: .before(cursor), older: .after(cursor))
    }
    return [
      Sample(name: "webhook, damaged", html: damaged.render()),
      Sample(name: "webhook, mended", html: mended),
      Sample(
        name: "webhook", html: page(.active, health(failing: true), log(DeliveryFilter(), rows))),
      Sample(name: "webhook, narrowed", html: page(.active, health(), log(filter, rows))),
      Sample(
        name: "webhook, paused",
        html: page(.paused(.user), health(), log(DeliveryFilter(place: .lost), rows))),
      Sample(
        name: "webhook, stopped",
        html: page(.paused(.failing), nil, DeliveryLog(filter: filter, rows: .unavailable))),
      Sample(
        name: "webhook, gone",
        html: page(
          .paused(.gone), health(),
          DeliveryLog(
            filter: filter, rows: .read([]), older: .after(cursor), searchedBackTo: Self.now))),
      Sample(
        name: "webhook, wrong range",
        html: page(
          .active, health(), log(DeliveryFilter(from: Self.now, to: Self.now), []))),
      Sample(
        name: "webhook, nothing sent",
        html: page(.active, health(), DeliveryLog(filter: DeliveryFilter(), rows: .read([])))),
      Sample(
        name: "webhook, no match",
        html: page(.active, health(), DeliveryLog(filter: filter, rows: .read([])))),
    ]
  }

  private var rows: [DeliveryLog.Row] {
    [
      .init(delivery: delivery(.pending(due: Self.now), inFlight: true)),
      .init(delivery: delivery(.pending(due: Self.now))),
      .init(
        delivery: delivery(.pending(due: Self.now), attempts: 3, status: 503, error: .status),
        duration: 240_000),
      .init(delivery: delivery(.delivered(at: Self.now), attempts: 1, status: 200, test: true)),
      .init(delivery: delivery(.failed(at: Self.now), attempts: 8, error: .timeout)),
      .init(delivery: delivery(.failed(at: Self.now), error: .dropped)),
      .init(delivery: delivery(.held)),
    ]
  }

  var deliveries: [Sample] {
    let timings = Attempt.Timings(
      total: 188_200, dns: 12_100, connect: 31_000, tls: 48_300, firstByte: 90_000)
    let attempts = [
      attempt(1, status: 503, error: .status, timings: timings),
      attempt(2, status: nil, error: .dns, timings: .init(total: 8_100)),
      attempt(3, status: 401, error: .status, timings: timings, body: [0, 255], manual: true),
    ]
    let body = Array(text(#"{"type":"lead.created"}"#).utf8)
    func page(_ name: String, _ delivery: Delivery, _ attempts: [Attempt], _ body: [UInt8]?)
      -> Sample
    {
      Sample(
        name: name,
        html: DeliveryDetailPage(
          shell: shell, webhook: hook(.active), delivery: delivery, attempts: attempts,
          selected: 2, body: body
        ).render())
    }
    let retrying = delivery(.pending(due: Self.now), attempts: 3, status: 401, error: .status)
    return [
      page(
        "delivery, failed", delivery(.failed(at: Self.now), attempts: 3, error: .status), attempts,
        body),
      page("delivery, retrying", retrying, attempts, nil),
      page("delivery, waiting", delivery(.pending(due: Self.now)), [], body),
      page("delivery, held", delivery(.held), [], body),
      page("delivery, dropped", delivery(.failed(at: Self.now), error: .dropped), [], body),
      page(
        "delivery, delivered", delivery(.delivered(at: Self.now), attempts: 1, test: true),
        [attempt(1, status: 200, error: nil, timings: .init(total: 2_540, firstByte: 2_100))], body),
    ]
      + AttemptError.allCases.map { error in
        page(
          "delivery, \(error.rawValue)", retrying,
          [attempt(1, status: nil, error: error, timings: timings)], body)
      }
  }
}
