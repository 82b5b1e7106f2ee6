import Domain
import HTTPTypes
import Store

/// `GET /metrics`: how delivering goes, for monitoring. Nothing in it is about one user.
struct Metrics {
  let stores: Stores
  let settings: WebSettings

  func respond(_ head: RequestHead) throws -> Response {
    guard head.method == .get || head.method == .head else {
      return Problem.methodNotAllowed(["GET"]).response.adding(.allow, "GET")
    }
    guard let key = APIKey(of: head), let holder = try stores.apiKeys.find(key) else {
      return Problem.unauthorizedResponse
    }
    guard holder.user == nil else { return Problem.notOfService.response }
    guard holder.scopes.contains(.metrics) else { return Problem.forbidden(.metrics).response }
    var figures = Exposition()
    build(&figures)
    do {
      try describe(&figures, now: currentTime())
      figures.gauge(Self.databaseUp, "Whether the database answered.", 1)
    } catch let error where Stores.isUnavailable(error) {
      // What was read by then is left out: half of the figures would look like the whole.
      figures = Exposition()
      build(&figures)
      figures.gauge(Self.databaseUp, "Whether the database answered.", 0)
    }
    return Response(
      .ok, fields: [.contentType: Exposition.mediaType, .cacheControl: "no-store"],
      body: Array(figures.text.utf8))
  }

  private static let databaseUp = "patchbay_database_up"

  private func build(_ figures: inout Exposition) {
    figures.family("patchbay_build_info", .gauge, "The program that answers; always 1.")
    figures.sample("patchbay_build_info", 1, ["version": settings.version])
  }

  private func describe(_ figures: inout Exposition, now: Timestamp) throws {
    try describeQueue(&figures, now: now)
    try describeTotals(&figures)
    try describeWorkers(&figures, now: now)
    if let connections = try stores.overview.connections() {
      let name = "patchbay_connections"
      figures.family(name, .gauge, "Connections to apps, counted once a minute.")
      figures.sample(name, connections.connected, ["status": "connected"])
      figures.sample(name, connections.needsReconnect, ["status": "needs_reconnect"])
    }
    figures.gauge(
      "patchbay_revocations_pending", "Grants still to be taken back at their providers.",
      try stores.overview.pendingRevocations())
  }

  private func describeQueue(_ figures: inout Exposition, now: Timestamp) throws {
    let queue = try stores.overview.queue()
    let name = "patchbay_deliveries"
    figures.family(
      name, .gauge,
      "Deliveries to be made: waiting for their time, due now, being sent. Over 10,000 of them are "
        + "counted once a minute.")
    figures.sample(name, max(0, queue.waiting - queue.due - queue.inFlight), ["state": "waiting"])
    figures.sample(name, queue.due, ["state": "due"])
    figures.sample(name, queue.inFlight, ["state": "in_flight"])
    figures.gauge(
      "patchbay_oldest_due_seconds", "How long the first of the due deliveries has been due.",
      Int(queue.oldestDueSeconds(now: now) ?? 0))
  }

  private func describeTotals(_ figures: inout Exposition) throws {
    guard let totals = try stores.overview.totals() else { return }
    let name = "patchbay_deliveries_finished_total"
    figures.family(name, .counter, "Deliveries that ended, without tests; never falls.")
    figures.sample(name, totals.delivered, ["outcome": "delivered"])
    figures.sample(name, totals.failed, ["outcome": "failed"])
    figures.histogram(
      "patchbay_attempt_duration_seconds", "What attempts took that were answered.",
      totals.answerTimes, microseconds: totals.answerMicroseconds)
  }

  private func describeWorkers(_ figures: inout Exposition, now: Timestamp) throws {
    let workers = try stores.overview.workers(limit: 100)
    figures.gauge(
      "patchbay_workers", "Workers that are running.", workers.count { $0.isAlive(now: now) })
    let name = "patchbay_worker_last_seen_timestamp_seconds"
    guard let seen = workers.first?.lastSeenAt else { return }
    figures.family(name, .gauge, "When a worker was last there.")
    figures.sample(name, Exposition.seconds(Int(seen.microseconds)))
  }
}

extension Problem {
  fileprivate static let notOfService = Problem(
    status: .forbidden, title: "A service key is needed",
    detail: "This call needs a service key with the scope \(APIScope.metrics.rawValue).")
}
