import Domain
import Store

@testable import Web

extension SamplePages {
  private var administrator: Shell {
    var shell = shell
    shell.isAdministrator = true
    return shell
  }

  private var owner: WebhookOwner {
    WebhookOwner(
      name: text("Warehouse"), host: text("ingest.example.net"), isDeleted: false,
      userID: User.ID(UUID(high: 0, low: 9)), email: text("ada@example.com"))
  }

  private var nobodys: WebhookOwner {
    WebhookOwner(
      name: text("Old"), host: text("old.example.net"), isDeleted: true,
      userID: User.ID(UUID(high: 0, low: 9)), email: nil)
  }

  private var cursor: Cursor { Cursor(time: Self.now, id: UUID(high: 1, low: 2)) }
  private var jobID: RetryJob.ID { RetryJob.ID(UUID(high: 3, low: 4)) }

  var adminDeliveries: [Sample] {
    let rows = [
      delivery(.pending(due: Self.now), attempts: 3, status: 503, error: .status),
      delivery(.delivered(at: Self.now), attempts: 1, status: 200, test: true), delivery(.held),
    ].map { DeliveryLog.Row(delivery: $0, duration: 240_000) }
    func log(_ name: String, _ filter: AdminLogFilter, _ rows: [DeliveryLog.Row]?) -> Sample {
      var page = AdminDeliveriesPage(shell: administrator, filter: filter, eventTypes: types)
      page.rows = rows
      page.owners = [hook(.active).id: owner]
      if rows == nil {
        page.errors = ["id", "user", "code"].map { FieldError($0, text("wrong")) }
      }
      if rows?.isEmpty == true { page.searchedBackTo = filter.id == nil ? Self.now : nil }
      page.newer = .before(cursor)
      page.older = .after(cursor)
      return Sample(name: name, html: page.render())
    }
    let all = AdminLogFilter(
      log: DeliveryFilter(status: .failed, event: text("lead.created"), span: .week),
      id: text("id"),
      webhook: text("CRM"), host: text("host"), user: text("ada"), code: text("401"))
    return [
      log("all deliveries", AdminLogFilter(), rows), log("all deliveries, narrowed", all, rows),
      log("all deliveries, wrong", all, nil), log("all deliveries, none", all, []),
      log(
        "all deliveries, wrong range",
        AdminLogFilter(log: DeliveryFilter(from: Self.now, to: Self.now, place: .lost)), nil),
      log("all deliveries, searched", AdminLogFilter(host: text("host")), []),
    ] + details
  }

  private var details: [Sample] {
    let attempts = [
      attempt(1, status: 500, error: .status, timings: .init(total: 2_000)),
      attempt(2, status: nil, error: .timeout, manual: true),
    ]
    func page(_ name: String, _ delivery: Delivery, _ attempts: [Attempt], _ owner: WebhookOwner)
      -> AdminDeliveryPage
    {
      AdminDeliveryPage(
        shell: administrator, delivery: delivery, webhook: owner, attempts: attempts,
        selected: attempts.first, body: Array(text("{}").utf8))
    }
    let failed = page(
      "failed", delivery(.failed(at: Self.now), attempts: 2, error: .timeout), attempts, owner)
    var wrong = failed
    wrong.reason = text("x")
    wrong.errors = [FieldError("reason", text("wrong"))]
    var shown = wrong
    shown.errors = []
    shown.isVeiled = false
    let states: [Delivery.State] = [
      .held, .pending(due: Self.now), .delivered(at: Self.now), .failed(at: Self.now),
    ]
    return [
      Sample(name: "any delivery, failed", html: failed.render()),
      Sample(name: "any delivery, no reason", html: wrong.render()),
      Sample(name: "any delivery, shown", html: shown.render()),
    ]
      + states.map { state in
        Sample(
          name: "any delivery, \(state)",
          html: page("", delivery(state, attempts: 1), [], nobodys).render())
      }
      + [AdminConfirmDelivery.Verb.retry, .drop].flatMap { verb in
        states.map { state in
          Sample(
            name: "\(verb) any delivery, \(state)",
            html: AdminConfirmDelivery(
              shell: administrator, delivery: delivery(state), webhook: owner, verb: verb,
              refusal: state == .held ? text("refusal") : nil
            ).render())
        }
      }
  }

  var deadLetters: [Sample] {
    let filter = DeadFilter(
      host: text("host"), cause: DeadCause(error: .status, status: 401), user: hook(.active).userID,
      webhook: hook(.active).id, eventType: text("lead.created"))
    let names = DeadFilterWords.Names(user: text("ada"), webhook: text("CRM"))
    let rows = [
      DeadDelivery(
        delivery: delivery(.failed(at: Self.now), attempts: 8, error: .timeout), at: Self.now)
    ]
    func list(_ name: String, _ choice: DeadChoice, _ rows: [DeadDelivery], isEmpty: Bool = false)
      -> Sample
    {
      let group = DeadGroup(
        host: text("host"), cause: DeadCause(error: .status, status: 401), count: 12)
      var page = DeadLettersPage(
        shell: administrator, choice: choice, day: BoundedCount(10_000, isAll: false),
        groups: choice.filter.narrows
          ? nil
          : DeadGroups(
            groups: isEmpty ? [] : [group], read: BoundedCount(2_000, isAll: isEmpty)),
        rows: rows, owners: [hook(.active).id: owner], filterNames: names)
      if !isEmpty {
        page.older = .after(cursor)
        page.running = [jobID]
        page.searchedBackTo = choice.filter.narrows ? Self.now : nil
      }
      return Sample(name: name, html: page.render())
    }
    return [
      list("failed for good", DeadChoice(), rows),
      list("failed for good, narrowed", DeadChoice(filter, place: .lost), rows),
      list("failed for good, searched", DeadChoice(filter), []),
      list("failed for good, no match", DeadChoice(filter), [], isEmpty: true),
      list("failed for good, none", DeadChoice(), [], isEmpty: true),
    ] + confirmations(filter, names) + jobs(filter, names)
  }

  private func confirmations(_ filter: DeadFilter, _ names: DeadFilterWords.Names) -> [Sample] {
    let counts = [BoundedCount(0), BoundedCount(1), BoundedCount(10_000, isAll: false)]
    let chosen = DeadFilter(selection: [delivery(.held).id])
    return [RetryJob.Kind.retry, .drop].flatMap { kind in
      [filter, chosen].flatMap { filter in
        counts.map { count in
          Sample(
            name: "\(kind) many \(count) \(filter.selection?.count ?? 0)",
            html: BulkConfirmPage(
              shell: administrator, kind: kind, choice: DeadChoice(filter), count: count,
              names: names, formID: "form", refusal: count.isAll ? nil : text("refusal")
            ).render())
        }
      }
    }
  }

  private func jobs(_ filter: DeadFilter, _ names: DeadFilterWords.Names) -> [Sample] {
    RetryJob.State.allCases.flatMap { state in
      [RetryJob.Kind.retry, .drop].map { kind in
        let job = BulkJob(
          id: jobID, kind: kind, state: state, filter: filter, total: 212, queued: 118,
          delivered: 110, failed: 8, failedInRow: kind == .retry ? 108 : 0, skipped: 3,
          createdAt: Self.now, finishedAt: state.isOver ? Self.now : nil, startedBy: text("root"))
        return Sample(
          name: "bulk job, \(kind), \(state)",
          html: BulkJobPage(shell: administrator, job: job, names: names, isMine: kind == .drop)
            .render())
      }
    }
      + [RetryJob.Kind.retry, .drop].map { kind in
        let job = BulkJob(
          id: jobID, kind: kind, state: .running, filter: filter, total: 212, queued: 118,
          delivered: 110, failed: 8, skipped: 3, createdAt: Self.now, finishedAt: nil,
          startedBy: nil)
        return Sample(
          name: "stop a bulk job, \(kind)",
          html: StopBulkJobPage(shell: administrator, job: job).render())
      }
  }
}
