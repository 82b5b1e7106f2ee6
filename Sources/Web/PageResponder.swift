import Domain
import Engine
import HTTPTypes
import Store

/// From a browser's request for a page, or its form, to the answer.
struct PageResponder {
  let stores: Stores
  let settings: WebSettings
  let providers: Providers
  /// A page instead of the one asked for.
  let errorPage: (HTTPResponse.Status) -> Response

  func respond(_ head: RequestHead, _ route: Route, query: Query, body: [UInt8]) throws -> Response
  {
    let isPost = head.method == .post
    // Below /admin only who is an administrator learns even that.
    if !route.isOfAdministration, let refusal = refuseMethod(head, route) { return refusal }
    var form = Query()
    if isPost {
      guard head.mediaType == "application/x-www-form-urlencoded" else {
        return errorPage(.unsupportedMediaType)
      }
      guard let fields = try? Query(strict: body) else { return errorPage(.badRequest) }
      form = fields
      guard Gate(stores: stores, settings: settings).isOfOurOrigin(head) else {
        return errorPage(.forbidden)
      }
    }
    // A provider's answer holds what the provider likes.
    if case .callback = route {} else { try query.checkSaysOneThing() }
    try form.checkSaysOneThing()
    if case .signIn = route {
      return try SignInActions(stores: stores, settings: settings, head: head)
        .respond(route, form: isPost ? form : nil)
    }
    switch route {
    case .welcome, .forgotten:
      return try WelcomeActions(stores: stores, settings: settings, head: head)
        .respond(route, form: isPost ? form : nil)
    default: break
    }
    return try respondToVisitor(head, route, query: query, form: form, isPost: isPost)
  }

  private func respondToVisitor(
    _ head: RequestHead, _ route: Route, query: Query, form: Query, isPost: Bool
  ) throws -> Response {
    let visitor: Visitor
    switch try Gate(stores: stores, settings: settings).find(head) {
    case .visitor(let found): visitor = found
    case .ambiguous: return errorPage(.badRequest)
    case .nobody(let sessionHasEnded): return askToSignIn(head, route, sessionHasEnded, isPost)
    }
    if route.isOfAdministration {
      guard visitor.user.isAdministrator else { return errorPage(.notFound) }
      if let refusal = refuseMethod(head, route) { return refusal }
    }
    if isPost {
      guard let token = try? form.one("csrf") ?? "" else { return errorPage(.badRequest) }
      guard visitor.formToken.matches(token) else { return errorPage(.forbidden) }
    }
    let context = Context(
      head: head, query: query, form: form, stores: stores, settings: settings,
      providers: providers, visitor: visitor)
    let response: Response
    do {
      response = try act(route, isPost, context)
    } catch StoreError.notFound {
      guard let deleted = try nameOfDeleted(route, visitor) else { return errorPage(.notFound) }
      return .page(
        DeletedWebhookPage(shell: try context.shell(), name: deleted, isPost: isPost).render(),
        status: .notFound)
    }
    let told = head.isOfScript ? response.toldToScript() : response
    return visitor.newCookie.map(told.settingCookie) ?? told
  }

  /// What the webhook was called that the address is of, where it was deleted meanwhile.
  private func nameOfDeleted(_ route: Route, _ visitor: Visitor) throws -> String? {
    try route.webhookID.flatMap { try stores.webhooks.nameOfDeleted($0, of: visitor.user.id) }
  }

  /// nil where the route has that method.
  private func refuseMethod(_ head: RequestHead, _ route: Route) -> Response? {
    if route.methods.contains(head.method == .head ? .get : head.method) { return nil }
    return errorPage(.methodNotAllowed)
      .adding(.allow, route.methods.map(\.rawValue).joined(separator: ", "))
  }

  private func act(_ route: Route, _ isPost: Bool, _ context: Context) throws -> Response {
    let webhooks = WebhookActions(context: context)
    let keys = APIKeyActions(context: context)
    switch (route, isPost) {
    case (.root, _): return .seeOther(context.links(.apps()))
    case (.apps(let filter), _): return try AppActions(context: context).list(filter)
    case (.app(let id), _): return try AppActions(context: context).show(id)
    case (.connectApp(let id), _): return try ConnectActions(context: context).begin(id)
    case (.callback(let id), _): return try ConnectActions(context: context).takeAnswer(id)
    case (.connect(let id, let step), _):
      return try ConnectActions(context: context).show(id, step)
    case (.disconnectApp(let id), _):
      return try DisconnectActions(context: context).disconnect(id, isDone: isPost)
    case (.revokePermission(let id, let scope), _):
      return try DisconnectActions(context: context).revoke(id, scope: scope, isDone: isPost)
    case (.credentials(let id), _):
      return try CredentialActions(context: context).respond(id, isPost: isPost)
    case (.checkApp(let id), _): return try CheckAppActions(context: context).check(id)
    case (.appSite(let id, let attempt), _):
      return try SiteActions(context: context).respond(id, attempt: attempt, isPost: isPost)
    case (.admin(let route), _):
      return try Administration(context: context).respond(route, isPost: isPost)
    case (.account(let route), _): return try AccountActions(context: context).respond(route)
    case (.activity(let filter), _):
      return try AuditActions(context: context).showOwn(filter)
    case (.signOut, _): return try signOut(context)
    case (.webhooks, false): return try webhooks.list()
    case (.webhookList(let filter), false): return try webhooks.list(filter)
    case (.webhooks, true), (.webhookList, true): return try webhooks.create()
    case (.newWebhook, _): return try webhooks.new()
    case (.webhook(let id, let filter), _): return try webhooks.show(id, filter)
    case (.webhookActive(let id), _): return try ActiveActions(context: context).set(id)
    case (.webhookEvents(let id), _): return try EventChoiceActions(context: context).save(id)
    case (.editWebhook(let id), false): return try EditWebhookActions(context: context).edit(id)
    case (.editWebhook(let id), true): return try EditWebhookActions(context: context).save(id)
    case (.checkAddress, _): return try AddressActions(context: context).check()
    case (.deleteWebhook(let id), false):
      return try DeleteWebhookActions(context: context).ask(id)
    case (.deleteWebhook(let id), true):
      return try DeleteWebhookActions(context: context).delete(id)
    case (.rotateSecret(let id), false):
      return try SecretActions(context: context).askToRotate(id)
    case (.rotateSecret(let id), true): return try SecretActions(context: context).rotate(id)
    case (.endOverlap(let id), false): return try SecretActions(context: context).askToEnd(id)
    case (.endOverlap(let id), true): return try SecretActions(context: context).end(id)
    case (.webhookSecret(let id), _): return try webhooks.showSecret(id)
    case (.delivery(let id, let webhook, let attempt), _):
      return try DeliveryActions(context: context).show(id, of: webhook, attempt: attempt)
    case (.retryDelivery(let id, let webhook), _):
      let retries = RetryActions(context: context)
      return try isPost ? retries.retry(id, of: webhook) : retries.ask(id, of: webhook)
    case (.deliveryFile(let id, let filter, let format), _):
      return try DeliveryActions(context: context).file(of: id, filter, format)
    case (.newerDeliveries(let id, let filter), _):
      return try DeliveryActions(context: context).newer(than: filter, of: id)
    case (.test(let id, let event), _):
      let tests = TestActions(context: context)
      return try isPost ? tests.send(to: id) : tests.show(id, event: event)
    case (.testResult(let id, let webhook), _):
      return try TestActions(context: context).showResult(id, of: webhook)
    case (.retryMany(let id, let choice), _):
      let retries = RetryJobActions(context: context)
      return try isPost ? retries.begin(choice, of: id) : retries.ask(choice, of: id)
    case (.retryJob(let id, let webhook), _):
      return try RetryJobActions(context: context).show(id, of: webhook)
    case (.stopRetryJob(let id, let webhook), _):
      let retries = RetryJobActions(context: context)
      return try isPost ? retries.stop(id, of: webhook) : retries.askToStop(id, of: webhook)
    case (.checkSignature(let delivery), _):
      let check = SignatureActions(context: context)
      return try isPost ? check.check() : check.show(delivery)
    case (.attention, false): return try AttentionActions(context: context).show()
    case (.attention, true): return try AttentionActions(context: context).hide()
    case (.apiKeys(let choice), false): return try keys.list(choice)
    case (.apiKeys, true): return try keys.create()
    case (.newAPIKey, _): return try keys.new()
    case (.apiKey(let id), _): return try keys.show(id)
    case (.revokeAPIKey(let id), let isPost): return try keys.revoke(id, isConfirmed: isPost)
    case (.events, _): return try EventActions(context: context).list()
    case (.event(let type), _): return try EventActions(context: context).show(type)
    case (.signIn, _), (.welcome, _), (.forgotten, _), (.healthz, _), (.metrics, _),
      (.api, _):
      return errorPage(.notFound)
    }
  }

  private func signOut(_ context: Context) throws -> Response {
    try context.stores.sessions.end(context.visitor.session, by: context.actor)
    return .seeOther(context.links(.signIn(note: .signedOut)))
      .settingCookie(SessionCookie(isHTTPS: settings.isHTTPS).clearing)
      .adding(.clearSiteData, "\"cache\", \"storage\"")
  }

  /// A page is asked for again after signing in; a form is not, since it would have to be kept.
  private func askToSignIn(
    _ head: RequestHead, _ route: Route, _ sessionHasEnded: Bool, _ isPost: Bool
  ) -> Response {
    // Where the host signs in there is no page of ours to send anybody to.
    guard settings.authentication == .password else { return errorPage(.forbidden) }
    if head.isOfScript { return errorPage(.unauthorized) }
    let links = Links(prefix: settings.prefix, assetVersion: settings.version)
    let next: String
    switch route {
    // A code is good for the session that asked for it alone, and belongs into no other address.
    case .callback, .connect: next = links(.apps())
    default: next = isPost ? links(.webhooks) : links(route)
    }
    return .seeOther(links(.signIn(next: next, note: sessionHasEnded ? .expired : nil)))
  }
}

extension Route {
  fileprivate var isOfAdministration: Bool {
    if case .admin = self { true } else { false }
  }

  /// What a browser may do here.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .root, .newWebhook, .webhook, .webhookSecret, .delivery, .events, .event, .healthz: [.get]
    case .metrics: [.get]
    case .deliveryFile, .newerDeliveries, .testResult, .retryJob: [.get]
    case .newAPIKey, .apiKey, .apps, .app, .callback, .activity: [.get]
    case .connectApp, .checkApp: [.post]
    case .revokePermission, .disconnectApp, .credentials, .appSite: [.get, .post]
    case .admin(let route): route.methods
    case .account(let route): route.methods
    case .welcome, .forgotten: [.get, .post]
    case .connect(_, let step): [step == .choose ? .post : .get]
    case .webhookList, .attention, .apiKeys, .revokeAPIKey: [.get, .post]
    case .webhooks, .signIn, .retryDelivery, .test, .retryMany, .stopRetryJob, .checkSignature:
      [.get, .post]
    case .editWebhook, .deleteWebhook, .rotateSecret, .endOverlap: [.get, .post]
    case .signOut, .webhookActive, .webhookEvents, .checkAddress: [.post]
    case .api: []
    }
  }
}
