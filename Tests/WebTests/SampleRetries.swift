import Domain

@testable import Web

extension SamplePages {
  private var choice: RetryChoice {
    RetryChoice(.retry, since: .moment(Self.now), until: Self.now, event: text("lead.created"))
  }

  var retries: [Sample] {
    var counted = RetryCount()
    let key = Cursor(time: Self.now, id: UUID(high: 1, low: 2))
    counted.add(
      1, type: text("lead.created"), deliveredBefore: 1, first: key.time, last: key)
    counted.cut(after: nil)
    func many(_ name: String, _ choice: RetryChoice, _ status: Webhook.Status = .active) -> Sample {
      var page = RetryManyPage(
        shell: shell, webhook: hook(status), choice: choice, since: choice.since ?? .worked,
        scope: RetryScope(kind: choice.kind, since: Self.now), types: types,
        failingSince: Self.now, formID: "form")
      page.counted = counted
      if name == "nothing to retry" { page.counted = RetryCount() }
      if name == "one is running" { page.running = RetryJob.ID(UUID(high: 3, low: 4)) }
      if name == "wrong times" {
        page.errors = ["from", "until"].map { FieldError($0, text("message")) }
      }
      return Sample(name: name, html: page.render())
    }
    let jobs = RetryJob.State.allCases.flatMap { state in
      RetryJob.Kind.allCases.map { kind in
        Sample(
          name: "job, \(kind.rawValue), \(state.rawValue)",
          html: RetryJobPage(
            shell: shell, webhook: hook(.active), job: job(kind, state), more: 3
          ).render())
      }
    }
    let slow = RetryJobPage(
      shell: shell, webhook: hook(.active), job: job(.retry, .running, failedInRow: 20))
    return [
      Sample(name: "job, slow", html: slow.render()),
      many("retry many", choice), many("recover, paused", RetryChoice(.recover), .paused(.user)),
      many("drop", RetryChoice(.drop, since: .all), .paused(.user)),
      many("retry a list", RetryChoice(.retry, selection: [delivery(.held).id])),
      many("nothing to retry", choice), many("one is running", choice), many("wrong times", choice),
      Sample(
        name: "stop a job",
        html: StopRetryJobPage(
          shell: shell, webhook: hook(.active), job: job(.retry, .running)
        ).render()),
      again("send again", delivery(.delivered(at: Self.now), attempts: 1), .active, nil),
      again("send again, paused", delivery(.held), .paused(.user), text("refusal")),
    ] + jobs
  }

  private func again(
    _ name: String, _ delivery: Delivery, _ status: Webhook.Status, _ refusal: String?
  ) -> Sample {
    Sample(
      name: name,
      html: RetryDeliveryPage(
        shell: shell, webhook: hook(status), delivery: delivery, refusal: refusal
      ).render())
  }

  func job(_ kind: RetryJob.Kind, _ state: RetryJob.State, failedInRow: Int = 0) -> RetryJob {
    RetryJob(
      id: RetryJob.ID(UUID(high: 3, low: 4)), webhookID: hook(.active).id, kind: kind,
      state: state, since: Self.now, total: 212, queued: 118, delivered: 110, failed: 8,
      failedInRow: failedInRow, createdAt: Self.now, finishedAt: state.isOver ? Self.now : nil)
  }

  var tests: [Sample] {
    func page(
      _ name: String, _ result: TestPage.Result?, _ errors: [FieldError] = [],
      damage: WebhookDamage? = nil
    ) -> Sample {
      var page = TestPage(
        shell: shell, webhook: hook(.active), types: types, type: types[1], formID: "form",
        payload: text("{}"))
      page.history = [delivery(.delivered(at: Self.now), attempts: 1, test: true)]
      page.result = result
      page.errors = errors
      page.damage = damage
      return Sample(name: name, html: page.render())
    }
    let failed = attempt(1, status: 500, error: .status, timings: .init(total: 2_000))
    return [
      page("test", nil), page("test, damaged", nil, damage: damage),
      page("test, wrong", nil, [FieldError("data", text("message"))]),
      page("test, sending", .init(delivery: delivery(.pending(due: Self.now)), attempt: nil)),
      page("test, failed", .init(delivery: delivery(.failed(at: Self.now)), attempt: failed)),
      page(
        "test, delivered",
        .init(
          delivery: delivery(.delivered(at: Self.now)), attempt: attempt(1, status: 200, error: nil)
        )),
    ]
  }

  var signatures: [Sample] {
    let plain = SignaturePage(
      shell: shell, headers: text("webhook-id: 1"), body: text("body"), delivery: delivery(.held))
    var checked = plain
    checked.findings = SignatureCheck(secret: "", headers: [], body: [], now: Self.now).findings
    return [
      Sample(name: "check a signature", html: plain.render()),
      Sample(name: "a checked signature", html: checked.render()),
    ]
  }
}
