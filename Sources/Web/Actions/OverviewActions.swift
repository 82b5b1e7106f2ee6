import Domain
import Store

/// The administrators' first page: is delivery keeping up, and where to look.
struct OverviewActions {
  let context: Context

  private var overview: OverviewStore { context.stores.overview }

  func show(_ span: DeliveryHistory.Span) throws -> Response {
    let shell = try context.shell()
    let now = shell.now
    let hour = try readable { try overview.history(.hour, now: now) }
    return .page(
      OverviewPage(
        shell: shell, queue: try readable { try overview.queue() }, hour: hour,
        chart: span == .hour ? hour : try readable { try overview.history(span, now: now) },
        span: span, failedInDay: try readable { try overview.failedInDay() },
        workers: try readable { try overview.workers() },
        failing: try readable {
          try overview.failing(disableAfter: context.settings.disableAfter)
        },
        broken: try readable { try broken() }, database: try readable { try database(now: now) }
      ).render())
  }

  /// nil where the database is too busy to say: then the page says so, and the rest stays.
  private func readable<Part>(_ read: () throws -> Part) throws -> Part? {
    do {
      return try read()
    } catch let error where Stores.isUnavailable(error) {
      return nil
    }
  }

  private func broken() throws -> [OverviewPage.BrokenApp] {
    let found = try overview.brokenConnections()
    guard !found.isEmpty else { return [] }
    let names = Dictionary(
      try context.stores.apps.all().map { ($0.app.id, $0.app.name) },
      uniquingKeysWith: { first, _ in first })
    return found.map {
      OverviewPage.BrokenApp(id: $0.app, name: names[$0.app] ?? $0.app.rawValue, count: $0.count)
    }
  }

  private func database(now: Timestamp) throws -> OverviewPage.Database {
    OverviewPage.Database(
      state: try overview.databaseState(now: now), wantedSchema: SchemaStore.version,
      findings: try context.stores.schema.findings() + context.stores.sealedFindings())
  }
}
