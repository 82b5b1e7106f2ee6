import Domain
import Engine
import HTTPTypes
import Store

/// From the press of Connect to the provider and back.
struct ConnectActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }
  private var session: Session.ID { context.visitor.session.id }

  func begin(_ id: AppID) throws -> Response {
    let app = try stores.apps.find(id)
    if case .full(let seconds) = try stores.uses.take(
      .connect, of: user, rate: Rate(count: 30, per: Interval(seconds: 60)))
    {
      return .page(
        ErrorPage(
          status: 429, reference: "", site: Site(context.settings), shell: try context.shell(),
          secondsToWait: seconds
        ).render(), status: .tooManyRequests
      ).adding(.retryAfter, String(seconds))
    }
    do {
      let request = try context.providers.begin(
        app, optional: Set(context.form.all("scope")), for: user, session: session)
      return .seeOther(context.links(.connect(request, .go)))
    } catch ProviderFailure.notSetUp {
      return .page(
        try AppPage(
          shell: context.shell(), app: app, connection: stores.connections.find(id, of: user)
        ).render(), status: .conflict)
    } catch StoreError.notFound {
      return .page(
        try AppPage(
          shell: context.shell(), app: app, connection: stores.connections.find(id, of: user)
        ).render(), status: .unprocessableContent)
    }
  }

  /// Takes the provider's answer and leads on to a page without it in its address.
  func takeAnswer(_ id: AppID) throws -> Response {
    let query = context.query
    let provider = try stores.apps.find(id).app.provider
    // Where an administrator has agreed, whoever asked for it.
    if query["state"] == nil, query["admin_consent"] != nil, provider?.hasAdminConsent == true {
      return .page(
        try ConnectApprovedPage(shell: context.shell(), app: stores.apps.find(id).app).render())
    }
    guard let state = try query.one("state"), state.utf8.count <= 128 else {
      return try ended(id, .unknown)
    }
    let issuer = try query.one("iss")
    let returned: ConnectRequestStore.Returned
    if let provider, !provider.issuer.accepts(issuer) {
      returned = .outcome(.wrongIssuer, detail: nil)
    } else if let error = try query.one("error") {
      returned = .outcome(
        ConnectOutcome(callbackError: error),
        detail: [
          ProviderFailure.tame(error),
          query["error_description"].flatMap(ProviderFailure.reference),
        ].compactMap { $0 }.joined(separator: " "))
    } else if let code = try query.one("code"), !code.isEmpty, code.utf8.count <= 4_096 {
      returned = .code(code)
    } else {
      returned = .outcome(.unreadable, detail: nil)
    }
    let taking = try stores.connectRequests.take(
      state: OAuthState(state), app: id, of: user, in: session, returned, by: context.actor)
    switch taking {
    case .taken(let request):
      try exchangeIfThereIsRoom(request)
      return .seeOther(context.links(.connect(request)))
    case .again(let request): return .seeOther(context.links(.connect(request)))
    case .expired, .ofAnother, .unknown: return try ended(id, taking)
    }
  }

  /// Without a permit the result page does it.
  private func exchangeIfThereIsRoom(_ id: ConnectRequest.ID) throws {
    guard context.settings.outgoingPermits.take() else { return }
    defer { context.settings.outgoingPermits.giveBack() }
    let request = try stores.connectRequests.find(id, of: user, in: session)
    guard request.state == .returned else { return }
    try context.providers.exchange(request, by: context.actor)
  }

  private func ended(_ id: AppID, _ taking: ConnectRequestStore.Taking) throws -> Response {
    .page(
      try ConnectEndedPage(
        shell: context.shell(), app: stores.apps.find(id).app, isOfAnother: taking == .ofAnother
      ).render(), status: .badRequest)
  }

  func show(_ id: ConnectRequest.ID, _ step: Route.ConnectStep) throws -> Response {
    let request = try stores.connectRequests.find(id, of: user, in: session)
    switch step {
    case .go: return try go(request)
    case .choose: return try choose(request)
    case .status, .result:
      if request.state == .returned { try exchangeIfThereIsRoom(id) }
      let now = try stores.connectRequests.find(id, of: user, in: session)
      if step == .status { return try status(now) }
      if case .ended(.chooseSite, _) = now.state {
        return .seeOther(context.links(.appSite(now.app, attempt: id)))
      }
      return try result(now)
    }
  }

  private func go(_ request: ConnectRequest) throws -> Response {
    guard let destination = try context.providers.destination(of: request) else {
      return .seeOther(context.links(.connect(request.id)))
    }
    return .page(
      try HopPage(
        shell: context.shell(), app: stores.apps.find(request.app).app, destination: destination
      ).render()
    ).adding(.refresh, "0; url=\(destination)").opensWindows()
  }

  private func status(_ request: ConnectRequest) throws -> Response {
    let words = ConnectWords(
      app: try stores.apps.find(request.app).app, request: request, now: currentTime())
    return .json(
      JSONWriter.object {
        $0.member("state", words.stateWord)
        $0.member("outcome", words.outcome?.rawValue)
        $0.member("sentence", words.heading)
      })
  }

  private func result(_ request: ConnectRequest) throws -> Response {
    .page(
      try ConnectResultPage(
        shell: context.shell(), app: stores.apps.find(request.app), request: request,
        connection: stores.connections.find(request.app, of: user)
      ).render())
  }

  /// Between the account that is connected and another one that came.
  private func choose(_ request: ConnectRequest) throws -> Response {
    if try context.form.one("account") == "new" {
      try context.providers.switchAccount(request, by: context.actor)
      let app = try stores.apps.find(request.app).app
      if try stores.connections.find(request.app, of: user)?.lacksSite(of: app.provider) == true {
        return .seeOther(context.links(.connect(request.id)))
      }
    } else {
      try context.providers.keepAccount(request, by: context.actor)
    }
    context.settings.wakeWorkers()
    return .seeOther(context.links(.app(request.app)))
  }
}

extension HTTPField.Name {
  static let refresh = HTTPField.Name("Refresh")!
}
