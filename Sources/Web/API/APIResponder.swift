import Domain
import Engine
import HTTPTypes
import Store

/// From a call of the JSON API to its answer. Cookies are not looked at here.
struct APIResponder {
  let stores: Stores
  let settings: WebSettings
  let providers: Providers

  /// - Parameter path: Below `/api/v1/`.
  func respond(_ head: RequestHead, path: String, body: [UInt8]) throws -> Response {
    try problemsAsAnswers { try answer(head, path: path, body: body) }
  }

  private func problemsAsAnswers(_ answer: () throws -> Response) throws -> Response {
    do {
      return try answer()
    } catch let problem as Problem {
      return problem.response
    } catch StoreError.notFound {
      return Problem.notFound.response
    } catch StoreError.limitReached(let limit) {
      return Problem.conflict("The limit of \(limit) webhooks is reached.").response
    } catch StoreError.headersOverLimit {
      return Problem.unprocessable([
        FieldError("headers", CustomHeader.Problem.tooLong.message + ".")
      ]).response
    } catch StoreError.damaged(let damage) {
      return Problem.conflict(damage.refusal).response
    } catch StoreError.versionConflict {
      return Problem.conflict("It was changed meanwhile. Read it again.").response
    } catch let error as StoreError {
      guard let detail = error.retryRefusal else { throw error }
      return Problem.conflict(detail).response
    }
  }

  private func answer(_ head: RequestHead, path: String, body: [UInt8]) throws -> Response {
    guard let route = APIRoute(path: path) else { throw Problem.notFound }
    let method: HTTPRequest.Method = head.method == .head ? .get : head.method
    guard let rule = route.methods.first(where: { $0.method == method }) else {
      let allowed = route.methods.map(\.method.rawValue)
      var response = Problem.methodNotAllowed(allowed).response
      response.fields[.allow] = allowed.joined(separator: ", ")
      return response
    }
    guard route.needsKey else { return try describe() }
    guard let key = APIKey(of: head),
      let (holder, context) = try caller(key, hint: route == .events ? EventHint(body: body) : nil)
    else { return Problem.unauthorizedResponse }
    // A service key speaks for everybody; what it may send is the host's own affair.
    guard holder.user != nil else {
      return try call(route, method, rule.scope, head, body, holder, context)
    }
    let standing = settings.countCall(holder.id)
    return try problemsAsAnswers {
      guard standing.isAllowed else { throw Problem.tooManyCalls(standing) }
      return try call(route, method, rule.scope, head, body, holder, context)
    }.telling(standing)
  }

  private func caller(
    _ key: APIKey, hint: EventHint?
  ) throws -> (APIKeyHolder, EventContext?)? {
    guard let hint else { return try stores.apiKeys.find(key).map { ($0, nil) } }
    return try stores.apiKeys.find(key, for: hint).map { ($0, $1) }
  }

  private func call(
    _ route: APIRoute, _ method: HTTPRequest.Method, _ scope: APIScope?, _ head: RequestHead,
    _ body: [UInt8], _ holder: APIKeyHolder, _ context: EventContext?
  ) throws -> Response {
    if let scope, !holder.scopes.contains(scope) { throw Problem.forbidden(scope) }
    guard let query = try? Query(strict: head.query.utf8) else {
      throw Problem.badRequest("The query is not properly encoded UTF-8.")
    }
    let request = APIRequest(
      head: head, body: body, query: query, key: holder, stores: stores, settings: settings,
      context: context)
    return try dispatch(route, method, request)
  }

  private func dispatch(_ route: APIRoute, _ method: HTTPRequest.Method, _ request: APIRequest)
    throws -> Response
  {
    switch (route, method) {
    case (.events, _): try emitEvent(request)
    case (.eventBatch, _): try emitBatch(request)
    case (.eventTypes, _): try listEventTypes(request)
    case (.webhooks, .post): try createWebhook(request)
    case (.webhooks, _): try listWebhooks(request)
    case (.webhook(let id), .patch): try changeWebhook(id, request)
    case (.webhook(let id), .delete): try deleteWebhook(id, request)
    case (.webhook(let id), _): try showWebhook(id, request)
    case (.rotateSecret(let id), _): try rotateSecret(id, request)
    case (.webhookDeliveries(let id), _): try listDeliveries(id, request)
    case (.delivery(let id), _): try showDelivery(id, request)
    case (.test(let id), _): try sendTest(id, request)
    case (.retry(let id), _): try retryDelivery(id, request)
    case (.retryMany(let id, let kind), _): try retryMany(kind, of: id, request)
    case (.retryJob(let job, let id), _): try showRetryJob(job, of: id, request)
    case (.stopRetryJob(let job, let id), _): try stopRetryJob(job, of: id, request)
    case (.openAPI, _): try describe()
    case (.connections, _): try listConnections(request)
    case (.connection(let app), .delete): try endConnection(app, request)
    case (.connection(let app), _): try showConnection(app, request)
    case (.connectionToken(let app), _): try showToken(app, request)
    case (.connectionCredentials(let app), _): try showCredentials(app, request)
    }
  }

  /// `GET /openapi.json`
  private func describe() throws -> Response {
    .json(
      OpenAPIDocument(
        version: settings.version, base: settings.origin + settings.prefix,
        schemas: APISchemas(eventTypes: try stores.eventTypes.all())
      ).json)
  }
}

extension APIKey {
  /// The one that a request carries. One that is mistyped is refused by its checksum, without asking
  /// the database.
  init?(of head: RequestHead) {
    let parts = (head.header("Authorization") ?? "").split(separator: " ")
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    self.init(String(parts[1]))
  }
}

extension Problem {
  /// It says by what to ask again. Source: RFC 9110 section 11.6.1.
  static var unauthorizedResponse: Response {
    unauthorized.response.adding(.wwwAuthenticate, "Bearer")
  }
}
