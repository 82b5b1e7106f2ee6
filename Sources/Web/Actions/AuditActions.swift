import Domain
import HTTPTypes
import Store

/// Reading the audit log: all of it for administrators, one's own for everybody.
struct AuditActions {
  let context: Context

  private var stores: Stores { context.stores }

  func show(_ filter: AuditFilter) throws -> Response {
    var page = AuditLogPage(
      shell: try context.shell(), scope: .everybody, filter: filter, problems: filter.problems)
    if let search = try search(filter, &page.problems), page.problems.isEmpty {
      page.log = try stores.audit.page(search, from: filter.logPlace)
    }
    return .page(page.render(), status: page.problems.isEmpty ? .ok : .unprocessableContent)
  }

  func showOwn(_ filter: AuditFilter) throws -> Response {
    var search = AuditSearch()
    search.person = context.user.id
    let page = try stores.audit.page(search, from: filter.logPlace)
    return .page(
      AuditLogPage(
        shell: try context.shell(), scope: .own(context.user.id), filter: filter, problems: [],
        log: page
      ).render())
  }

  /// What the filter leaves, as a file. Taking it out is itself recorded.
  func file(_ filter: AuditFilter, _ format: AuditFile.Format) throws -> Response {
    var problems = filter.problems
    guard let search = try search(filter, &problems), problems.isEmpty else {
      return try show(filter.at(nil))
    }
    var records: [AuditRecord] = []
    var place = LogPlace.newest
    var isCut = true
    for _ in 1...Self.pagesOfFile where records.count < AuditFile.limit {
      let page = try stores.audit.page(
        search, from: place, limit: min(1_000, AuditFile.limit - records.count))
      records += page.records
      guard let older = page.older else {
        isCut = false
        break
      }
      place = .after(older)
    }
    try stores.audit.recordExport(of: records.count, by: context.actor)
    return Response(
      .ok,
      fields: [
        .contentType: format.contentType,
        .contentDisposition: "attachment; filename=\"\(format.fileName)\"",
      ], body: AuditFile.bytes(records, format, isCut: isCut))
  }

  private static let pagesOfFile = 40

  /// Nil, and a problem, where nobody has the address asked for.
  private func search(_ filter: AuditFilter, _ problems: inout [AuditFilter.Problem]) throws
    -> AuditSearch?
  {
    var search = filter.search(now: currentTime())
    guard let person = filter.person else { return search }
    guard let user = try stores.users.find(email: person) else {
      problems.append(.nobody)
      return nil
    }
    search.person = user.id
    return search
  }
}
