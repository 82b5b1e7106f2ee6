import Domain
import Engine
import HTTPTypes
import Store

/// What administrators say of apps.
struct AppAdministration {
  let context: Context

  private var stores: Stores { context.stores }

  func respond(_ route: AdminRoute, isPost: Bool) throws -> Response {
    switch route {
    case .newApp: return isPost ? try add() : .page(try newPage().render())
    case .app(let id): return isPost ? try save(id) : try show(id)
    case .tryApp(let id): return try test(id)
    case .endApp(let id): return try endAll(id, isDone: isPost)
    default: return try list()
    }
  }

  private func list() throws -> Response {
    let rows = try stores.apps.all().map { app in
      AdminAppsPage.Row(app: app, connections: try stores.connections.count(of: app.id))
    }
    return .page(try AdminAppsPage(shell: context.shell(), rows: rows).render())
  }

  private func page(_ id: AppID) throws -> AdminAppPage {
    let app = try stores.apps.find(id)
    return AdminAppPage(
      shell: try context.shell(), app: app,
      redirectURI: context.settings.providers.redirectURI(of: id),
      tally: try stores.apps.tally(of: id), endedAll: try stores.apps.endedAll(of: id),
      answers: .init(app))
  }

  private func show(_ id: AppID) throws -> Response {
    var page = try page(id)
    page.isSaved = context.query["note"] == "saved"
    return .page(page.render())
  }

  private func save(_ id: AppID) throws -> Response {
    var page = try page(id)
    let form = context.form
    guard let version = try form.one("version").flatMap({ Int($0) }) else {
      throw Query.Malformed()
    }
    page.answers = try AdminAppPage.Answers(form, page.app)
    page.errors = problems(page.answers.addresses) + page.answers.problems(of: page.app)
    // What is connected lives by the client that it was made with.
    if page.changesClient {
      page.asksAboutClient = true
      if try form.one("understood") != "on" {
        page.errors.append(FieldError("understood", "Tick to confirm"))
      }
    }
    if page.switchesOff {
      page.asksAboutOff = true
      if try form.one("off") != "on" { page.errors.append(FieldError("off", "Tick to confirm")) }
    }
    guard page.errors.isEmpty else { return .page(page.render(), status: .unprocessableContent) }
    do {
      try stores.apps.change(
        id, to: page.answers.change(of: page.app, secret: form.one("client_secret")),
        version: version, by: context.actor)
    } catch StoreError.versionConflict {
      page.isStale = true
      return .page(page.render(), status: .conflict)
    }
    return .seeOther(context.links(.admin(.app(id))) + "?note=saved")
  }

  private func endAll(_ id: AppID, isDone: Bool) throws -> Response {
    var page = EndEveryonePage(
      shell: try context.shell(), app: try stores.apps.find(id).app,
      connections: try stores.apps.tally(of: id).connections)
    guard isDone else { return .page(page.render()) }
    guard try context.form.one("understood") == "on" else {
      page.errors = [FieldError("understood", "Tick to confirm")]
      return .page(page.render(), status: .unprocessableContent)
    }
    try stores.apps.endAll(of: id, by: context.actor)
    context.settings.wakeWorkers()
    return .seeOther(context.links(.admin(.app(id))))
  }

  /// Asks the provider what it thinks of our client.
  private func test(_ id: AppID) throws -> Response {
    var page = try page(id)
    guard page.app.app.provider != nil else { throw StoreError.notFound }
    guard context.settings.outgoingPermits.take() else {
      page.verdict = .unreachable("busy")
      return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "1")
    }
    defer { context.settings.outgoingPermits.giveBack() }
    page.verdict = try context.providers.tryOut(id)
    return .page(page.render())
  }

  private func newPage() throws -> NewAppPage { NewAppPage(shell: try context.shell()) }

  private func add() throws -> Response {
    var page = try newPage()
    let form = context.form
    page.answers = try .init(form)
    // The button is the form's first, so the Enter key presses it too.
    if try form.one("discover") != nil, !page.answers.discovery.isEmpty {
      return try discover(&page)
    }
    page.errors = page.answers.problems + problems(page.answers.addresses)
    let secret = try form.one("client_secret")?.trimmingSpaces ?? ""
    if secret.isEmpty { page.errors.append(FieldError("client_secret", "Enter the client secret")) }
    guard page.errors.isEmpty, let app = page.answers.app(secret: secret) else {
      return .page(page.render(), status: .unprocessableContent)
    }
    do {
      try stores.apps.add(app, by: context.actor)
    } catch StoreError.duplicate {
      page.errors = [FieldError("name", "There is an app called \(app.id) already")]
      return .page(page.render(), status: .unprocessableContent)
    } catch StoreError.limitReached(let limit) {
      page.errors = [FieldError("name", "\(limit) apps were added, as many as can be")]
      return .page(page.render(), status: .unprocessableContent)
    }
    return .seeOther(context.links(.admin(.app(app.id))) + "?note=saved")
  }

  /// Fills the addresses in from the provider's own description.
  private func discover(_ page: inout NewAppPage) throws -> Response {
    if let problem = problem("discovery", page.answers.discovery) {
      page.errors = [problem]
      return .page(page.render(), status: .unprocessableContent)
    }
    guard context.settings.outgoingPermits.take() else {
      page.errors = [FieldError("discovery", "Too much is going on just now. Try again")]
      return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "1")
    }
    defer { context.settings.outgoingPermits.giveBack() }
    do throws(ProviderFailure) {
      page.answers.fill(try context.providers.discover(page.answers.discovery))
      return .page(page.render())
    } catch {
      page.errors = [
        FieldError(
          "discovery",
          error == .unreadable(.otherIssuer)
            ? "The document there names another issuer. Enter that issuer’s own address"
            : "No discovery document can be read there: \(error.ofDiscovery)")
      ]
      return .page(page.render(), status: .unprocessableContent)
    }
  }

  /// What the address guard says of the text of each.
  private func problems(_ addresses: ConfiguredApp.Addresses) -> [FieldError] {
    let all: [(String, String?)] = [
      ("authorization_url", addresses.authorization), ("token_url", addresses.token),
      ("revocation_url", addresses.revocation), ("identity_url", addresses.identity),
    ]
    return all.compactMap { field, address in
      address.flatMap { problem(field, $0) }
    }
  }

  private func problem(_ field: String, _ address: String) -> FieldError? {
    do throws(EndpointRefusal) {
      _ = try EndpointURL(address, policy: context.settings.addressPolicy, use: .provider)
      return nil
    } catch {
      return FieldError(field, error.message)
    }
  }
}
