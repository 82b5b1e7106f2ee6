import Domain

/// Is delivery keeping up, what is stuck, and where to look. A part that could not be read is nil.
struct OverviewPage {
  struct BrokenApp {
    let id: AppID
    let name: String
    let count: Int
  }

  struct Database {
    let state: DatabaseState
    /// What this program needs.
    let wantedSchema: Int
    /// What its settings make impossible, in sentences.
    let findings: [String]
  }

  let shell: Shell
  let queue: QueueStanding?
  let hour: DeliveryHistory?
  let chart: DeliveryHistory?
  let span: DeliveryHistory.Span
  let failedInDay: Int?
  /// Last seen first.
  let workers: [WorkerRun]?
  /// Failing for longest first.
  let failing: [FailingWebhook]?
  let broken: [BrokenApp]?
  let database: Database?

  private var links: Links { shell.links }

  /// Nothing is said of it where nobody knows of the workers.
  private var service: DeliveryService? {
    workers.map {
      DeliveryService(queue: queue, workerSeenAt: $0.first?.lastSeenAt, now: shell.now)
    }
  }

  func render() -> HTML {
    Frame(
      title: "Overview", section: .adminOverview,
      content: """
        \(PageHead(
          heading: "Overview", tag: service?.tag,
          lede: "Is delivery keeping up, what is stuck, and where to look.", actions: actions
        ).render())
        <div data-part="trouble">\(service?.notice)</div>
        \(OverviewTiles(
          queue: queue, hour: hour, failedInDay: failedInDay, workers: workers, shell: shell
        ).render())
        \(DeliveryChart(shell: shell, span: span, history: chart).render())
        \(failingPart)
        \(brokenPart)
        \(WorkerTable(workers: workers, shell: shell).render())
        \(databasePart)
        """
    ).render(in: shell)
  }

  private var actions: HTML {
    let time = TimeText(moment: shell.now, form: .second, now: shell.now).html
    return """
      <span class="sub" data-part="updated">Updated \(time)</span>
      <button type="button" class="button plain" data-live="10000" aria-pressed="false" hidden>\
      \(Icon.pause)Pause updates</button>
      <a class="button plain" href="\(links(.admin(.overview(span))))">\(Icon.retry)Refresh</a>
      """
  }

  private var failingPart: HTML {
    let rows = failing.map { $0.map(row) }
    return """
      <section class="card" aria-labelledby="failing-heading" data-part="failing">
      <div class="bar"><h2 id="failing-heading">Webhooks failing now</h2></div>
      \(rows.map { $0.isEmpty ? Self.blank("No webhook is failing.") : failingTable($0) }
        ?? Self.unreadable)
      </section>
      """
  }

  private func failingTable(_ rows: [HTML]) -> HTML {
    """
    <div class="table keys"><table role="table">
    <caption class="unseen">Webhooks failing now, for longest first</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Webhook</th>\
    <th role="columnheader" scope="col">User</th>\
    <th role="columnheader" scope="col">Failing since</th>\
    <th role="columnheader" scope="col">What to do</th></tr></thead>
    <tbody role="rowgroup">
    \(rows)</tbody></table></div>
    """
  }

  private func row(_ webhook: FailingWebhook) -> HTML {
    let since = TimeText(moment: webhook.since, form: .minute, now: shell.now, hasAge: true).html
    let lately = AdminLogFilter(
      log: DeliveryFilter(span: .day), webhook: webhook.id.description)
    return """
      <tr role="row"><th role="rowheader" scope="row"><b>\(webhook.name)</b>\
      <code class="address">\(HTML.breakable(webhook.endpointURL.withoutQuery))</code></th>
      <td role="cell" data-label="User">\(webhook.owner)</td>
      <td role="cell" data-label="Failing since">\(since)</td>
      <td role="cell" data-label="What to do"><a class="button plain small" \
      href="\(links(.deliveries(.log(lately))))">See deliveries\
      <span class="unseen"> of \(webhook.name)</span></a></td></tr>

      """
  }

  private var brokenPart: HTML {
    let rows = broken.map { apps in
      apps.map { app -> HTML in
        """
        <li><a href="\(links(.admin(.app(app.id))))">\(app.name)</a>
        <span class="of">\(Words.count(app.count, "connection"))</span></li>

        """
      }
    }
    return """
      <section class="card" aria-labelledby="broken-heading" data-part="broken">
      <div class="bar"><h2 id="broken-heading">Connections that need reconnecting</h2></div>
      \(rows.map { $0.isEmpty ? Self.blank("Every connection works.") : brokenList($0) }
        ?? Self.unreadable)
      </section>
      """
  }

  private func brokenList(_ rows: [HTML]) -> HTML {
    """
    <div class="part"><p class="sub">Their users are asked to reconnect. Many of one app at once point \
    to its set-up: test it on the app’s page.</p>
    <ul class="tally plain">
    \(rows)</ul></div>
    """
  }

  private var databasePart: HTML {
    """
    <section class="card" aria-labelledby="database-heading" data-part="database">
    <div class="bar"><h2 id="database-heading">Database</h2></div>
    \(database.map(facts) ?? Self.unreadable)
    </section>
    """
  }

  private func facts(_ database: Database) -> HTML {
    let state = database.state
    let since = TimeText(moment: state.upSince, form: .minute, now: shell.now, hasAge: true).html
    let isCurrent = state.schemaVersion == database.wantedSchema
    let schema: HTML =
      isCurrent
      ? "\(state.schemaVersion)"
      : """
      \(state.schemaVersion), and this program knows \(database.wantedSchema): run \
      <code>patchbay migrate</code>
      """
    let findings: HTML =
      database.findings.isEmpty
      ? "<p class=\"part\">\(Tag(tone: .ok, icon: .check, word: "Nothing is wrong with its settings").inList)</p>"
      : "<ul class=\"part\">\(database.findings.map { "<li>\($0)</li>" as HTML })</ul>"
    return """
      <dl class="key"><div><dt>Version</dt><dd class="fact">\(state.version)</dd></div>\
      <div><dt>Running since</dt><dd class="fact">\(since)</dd></div>\
      <div><dt>Schema</dt><dd class="fact">\(schema)</dd></div></dl>
      \(findings)
      """
  }

  static func blank(_ sentence: String) -> HTML {
    "<div class=\"blank\"><p>\(sentence)</p></div>"
  }

  /// The rest of the page stays.
  static let unreadable: HTML = "<div class=\"blank\"><p>Couldn’t read this just now.</p></div>"
}

extension DeliveryService {
  var tag: Tag {
    switch self {
    case .keepsUp: Tag(tone: .ok, icon: .check, word: "Keeping up")
    case .isBehind: Tag(tone: .warn, icon: .warning, word: "Behind")
    case .hasNoWorker, .awaitsFirstWorker: Tag(tone: .bad, icon: .cross, word: "No worker")
    }
  }

  /// What is wrong and what to check; nothing while it keeps up.
  var notice: HTML? {
    switch self {
    case .keepsUp: nil
    case .isBehind(let seconds):
      Notice(
        tone: .warn,
        title: """
          Behind: the oldest delivery has waited \(Words.length(Interval(seconds: seconds))) \
          (limit \(Self.limitSeconds) s)
          """,
        text: """
          Check whether it is one endpoint that is slow or limits itself, among the webhooks failing \
          below. If many wait, start more workers, or raise PATCHBAY_WORKER_CONCURRENCY.
          """
      ).render()
    case .hasNoWorker:
      Notice(
        tone: .bad,
        title: "No worker has reported for 2 minutes. Nothing is being sent.",
        text: """
          Events are kept. Look with <code>systemctl status patchbay-worker.timer</code> and \
          <code>journalctl -u patchbay-worker</code>, and start it with \
          <code>systemctl start patchbay-worker.timer</code>.
          """
      ).render()
    case .awaitsFirstWorker:
      Notice(
        tone: .bad,
        title: "No worker has run yet. Nothing is being sent.",
        text: """
          Events are kept. Start it, now and after each reboot, with \
          <code>systemctl enable --now patchbay-worker.timer</code>; should it still not run, look \
          with <code>journalctl -u patchbay-worker</code>.
          """
      ).render()
    }
  }
}
