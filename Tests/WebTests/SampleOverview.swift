import Domain

@testable import Web

extension SamplePages {
  var overview: [Sample] {
    let busy = overview { page in
      page.queue = QueueStanding(
        waiting: 1_284, due: 70, inFlight: 12, oldestDueAt: Self.now.advanced(bySeconds: -42))
      page.failing = [
        FailingWebhook(
          id: Webhook.ID(UUID(high: 1, low: 2)), name: text("Billing"),
          endpointURL: "https://example.com/" + text("in"), owner: text("ada@example.com"),
          since: Self.now.advanced(bySeconds: -7_200))
      ]
      page.broken = [.init(id: AppID(rawValue: "gitlab")!, name: text("GitLab"), count: 3)]
      page.database = .init(
        state: DatabaseState(
          version: text("10.11.14-MariaDB"), upSince: Self.now.advanced(bySeconds: -90_000),
          schemaVersion: 11),
        wantedSchema: 12, findings: [text("The binary log is wrong.")])
    }
    let behind = overview { page in
      page.queue = QueueStanding(
        waiting: 10_001, due: 10_001, inFlight: 0,
        oldestDueAt: Self.now.advanced(bySeconds: -360), isAll: false)
    }
    let unmanned = overview { $0.workers = [run(ago: 150)] }
    let fresh = overview { page in
      page.workers = []
      page.history = DeliveryHistory(.hour, until: Self.now, found: [])
    }
    var unreadable = OverviewParts()
    unreadable.span = .week
    return [
      Sample(name: "overview", html: busy), Sample(name: "overview, behind", html: behind),
      Sample(name: "overview, no worker", html: unmanned),
      Sample(name: "overview, nothing yet", html: fresh),
      Sample(name: "overview, unreadable", html: page(unreadable)),
    ]
  }

  private struct OverviewParts {
    var queue: QueueStanding?
    var history: DeliveryHistory?
    var span = DeliveryHistory.Span.hour
    var failed: Int?
    var workers: [WorkerRun]?
    var failing: [FailingWebhook]?
    var broken: [OverviewPage.BrokenApp]?
    var database: OverviewPage.Database?
  }

  private func overview(_ change: (inout OverviewParts) -> Void) -> HTML {
    let minute = Self.now.seconds / 60 * 60
    let steps = (0..<60).map { age in
      DeliveryHistory.Step(
        begin: Timestamp(seconds: minute - Int64(age * 60)), delivered: 250 + age,
        failed: age.isMultiple(of: 7) ? 20 : 0, waiting: 1_200 - 10 * age)
    }
    var parts = OverviewParts(
      queue: QueueStanding(waiting: 0, due: 0, inFlight: 0, oldestDueAt: nil),
      history: DeliveryHistory(.hour, until: Self.now, found: steps), failed: 37,
      workers: [run(ago: 1), run(ago: 60, stopped: true), run(ago: 90)], failing: [], broken: [],
      database: .init(
        state: DatabaseState(
          version: "10.11.14-MariaDB", upSince: Self.now.advanced(bySeconds: -90_000),
          schemaVersion: 12),
        wantedSchema: 12, findings: []))
    change(&parts)
    return page(parts)
  }

  private func run(ago seconds: Int64, stopped: Bool = false) -> WorkerRun {
    let seen = Self.now.advanced(bySeconds: -seconds)
    return WorkerRun(
      host: text("worker-1"), processID: 4_711, version: text("0.1.0"),
      startedAt: seen.advanced(bySeconds: -600), lastSeenAt: seen, stoppedAt: stopped ? seen : nil)
  }

  private func page(_ parts: OverviewParts) -> HTML {
    var administrator = shell
    administrator.isAdministrator = true
    return OverviewPage(
      shell: administrator, queue: parts.queue, hour: parts.history, chart: parts.history,
      span: parts.span, failedInDay: parts.failed, workers: parts.workers, failing: parts.failing,
      broken: parts.broken, database: parts.database
    ).render()
  }
}
