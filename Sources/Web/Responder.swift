import Domain
import Engine
import HTTPTypes
package import Logging
package import Store

/// From a request to its answer: session, form token, route, action; and the one place where errors
/// become a status.
package struct Responder {
  private let stores: Stores
  private let settings: WebSettings
  private let logger: Logger
  private let providers: Providers

  package init(stores: Stores, settings: WebSettings, logger: Logger) {
    self.stores = stores
    self.settings = settings
    self.logger = logger
    providers = Providers(stores: stores, rules: settings.providers) { what, error in
      logger.error("\(what)", metadata: ["error": "\(error)"])
    }
  }

  /// Bytes of the largest body that this request may have.
  package func bodyLimit(for head: RequestHead) -> Int {
    apiPath(head).flatMap { APIRoute(path: $0) }?.bodyLimit ?? 1 << 20
  }

  /// The answer to a request whose body is over the limit, and was not read.
  package func refuseTooLarge(_ head: RequestHead) -> Response {
    finish(
      apiPath(head) == nil
        ? errorPage(.contentTooLarge, head) : Problem.tooLarge.response)
  }

  /// The answer to what is no proper request.
  package func refuse(
    _ malformed: RequestHead.Malformed, parameters: [(name: [UInt8], value: [UInt8])]
  )
    -> Response
  {
    let target = parameters.first { $0.name.elementsEqual("REQUEST_URI".utf8) }?.value ?? []
    let isAPI = target.starts(with: (settings.prefix + "/api/v1/").utf8)
    return finish(
      isAPI
        ? Problem.badRequest("This is no proper request: \(malformed.reason).").response
        : .text("Bad request: \(malformed.reason).", status: .badRequest))
  }

  /// Never throws: what goes wrong is logged with the request's id and shown without detail.
  package func respond(to head: RequestHead, body: [UInt8]) -> Response {
    do {
      return finish(try answer(head, body))
    } catch {
      return finish(fault(error, head))
    }
  }

  private func answer(_ head: RequestHead, _ body: [UInt8]) throws -> Response {
    if let path = apiPath(head) {
      return try APIResponder(stores: stores, settings: settings, providers: providers)
        .respond(head, path: String(path), body: body)
    }
    guard let path = pathBelowPrefix(head), let query = try? Query(strict: head.query.utf8) else {
      return errorPage(pathBelowPrefix(head) == nil ? .notFound : .badRequest, head)
    }
    guard let route = Route(path: path, query: query) else { return errorPage(.notFound, head) }
    if route == .healthz { return healthz() }
    if route == .metrics { return try Metrics(stores: stores, settings: settings).respond(head) }
    if case .callback(let app) = route, head.method == .delete,
      let response = try uninstalled(app, head, body)
    {
      return response
    }
    do {
      return try PageResponder(
        stores: stores, settings: settings, providers: providers,
        errorPage: { errorPage($0, head) }
      ).respond(head, route, query: query, body: body)
    } catch let malformed as Query.Malformed {
      return errorPage(.badRequest, head, repeated: malformed.repeated)
    }
  }

  /// nil where there is no such app, or its provider sends no such request.
  private func uninstalled(
    _ app: AppID, _ head: RequestHead, _ body: [UInt8]
  ) throws -> Response? {
    do {
      return try UninstallActions(providers: providers, head: head).take(app, body: body)
    } catch StoreError.notFound {
      return nil
    }
  }

  /// What is below `/api/v1/`; nil for a page.
  private func apiPath(_ head: RequestHead) -> Substring? {
    let start = settings.prefix + "/api/v1/"
    guard head.path.hasPrefix(start) else { return nil }
    return head.path.dropFirst(start.count)
  }

  private func pathBelowPrefix(_ head: RequestHead) -> String? {
    guard head.path == settings.prefix || head.path.hasPrefix(settings.prefix + "/") else {
      return nil
    }
    return String(head.path.dropFirst(settings.prefix.count))
  }

  private func healthz() -> Response {
    do {
      try stores.ping()
      return .text("ok")
    } catch {
      return .text("the database does not answer", status: .serviceUnavailable)
    }
  }

  private func fault(_ error: any Error, _ head: RequestHead) -> Response {
    let isAPI = apiPath(head) != nil
    if Stores.isUnavailable(error) {
      logger.error(
        "the database does not answer",
        metadata: ["request_id": "\(head.requestID)", "error": "\(error)"])
      let response =
        isAPI ? Problem.unavailable.response : errorPage(.serviceUnavailable, head)
      return response.adding(.retryAfter, "1")
    }
    logger.error(
      "a request failed", metadata: ["request_id": "\(head.requestID)", "error": "\(error)"])
    return isAPI
      ? Problem.internalError(reference: head.requestID).response
      : errorPage(.internalServerError, head)
  }

  private func errorPage(
    _ status: HTTPResponse.Status, _ head: RequestHead, repeated: String? = nil
  ) -> Response {
    .page(
      ErrorPage(
        status: status.code, reference: head.requestID, site: Site(settings), repeated: repeated
      ).render(),
      status: status)
  }

  private func finish(_ response: Response) -> Response {
    response.secured(isHTTPS: settings.isHTTPS)
  }
}
