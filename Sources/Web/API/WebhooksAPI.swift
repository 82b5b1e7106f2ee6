import Crypto
import Domain
import Engine
import HTTPTypes
import Store

extension APIResponder {
  /// `GET /webhooks`
  func listWebhooks(_ request: APIRequest) throws -> Response {
    let user = try request.user(named: request.userInQuery())
    let page = try PageRequest(request.query)
    let found = try stores.webhooks.list(of: user.id, after: page.after, limit: page.limit + 1)
    let shown = Array(found.prefix(page.limit))
    let health = try stores.webhooks.health(of: shown.map(\.id))
    let keys = try stores.webhooks.publicKeys(of: shown.map(\.id))
    return .json(
      JSONWriter.object {
        $0.member("data", array: shown) { json, webhook in
          json.object {
            $0.members(of: webhook, health: health[webhook.id], publicKey: keys[webhook.id])
          }
        }
        $0.member(
          "next", found.count > page.limit ? shown.last.map { Cursor(after: $0).text } : nil)
      })
  }

  /// `POST /webhooks`
  func createWebhook(_ request: APIRequest) throws -> Response {
    let user = try request.user(named: request.userInQuery())
    let fields = try WebhookFields(
      json: request.object(), types: chosenTypes(with: .all), policy: settings.addressPolicy)
    let draft = try fields.draft()
    try judge(fields.endpointURL.valueOrNil)
    let id = try stores.webhooks.create(
      draft, for: user.id, limit: settings.maxWebhooks, by: request.actor(for: user))
    let webhook = try stores.webhooks.find(id, of: user.id)
    let body = try JSONWriter.object {
      $0.members(
        of: webhook, health: try stores.webhooks.health(of: [id])[id],
        publicKey: draft.secret.publicKey)
      $0.member("secret", draft.secret.text)
    }
    return .json(body, status: .created)
      .adding(.location, "\(settings.prefix)/api/v1/webhooks/\(id)")
  }

  /// `GET /webhooks/{id}`
  func showWebhook(_ id: Webhook.ID, _ request: APIRequest) throws -> Response {
    let user = try owner(of: id, request)
    return .json(try webhookJSON(id, of: user))
  }

  /// `PATCH /webhooks/{id}`: a JSON merge patch, RFC 7396.
  func changeWebhook(_ id: Webhook.ID, _ request: APIRequest) throws -> Response {
    let user = try owner(of: id, request)
    let old = try stores.webhooks.find(id, of: user.id)
    let fields = try WebhookFields(
      json: request.object(), types: chosenTypes(with: old.events),
      policy: settings.addressPolicy)
    let change = try fields.change(from: old)
    if change.endpointURL != old.endpointURL { try judge(fields.endpointURL.valueOrNil) }
    try stores.webhooks.change(id, of: user.id, to: change, by: request.actor(for: user))
    if change.isActive == true { settings.wakeWorkers() }
    return .json(try webhookJSON(id, of: user))
  }

  /// `DELETE /webhooks/{id}`
  func deleteWebhook(_ id: Webhook.ID, _ request: APIRequest) throws -> Response {
    let user = try owner(of: id, request)
    try stores.webhooks.delete(id, of: user.id, by: request.actor(for: user))
    return Response(.noContent)
  }

  /// One refused address among all is an error; a name that is not found is saved.
  private func judge(_ url: EndpointURL?) throws {
    guard let url, case .refused(message: let message) = try settings.judge(url) else { return }
    throw Problem.unprocessable([FieldError("endpoint_url", message)])
  }

  func owner(of id: Webhook.ID, _ request: APIRequest) throws -> User {
    try request.user(named: request.userInQuery(), owner: { try stores.webhooks.owner(of: id) })
  }

  private func webhookJSON(_ id: Webhook.ID, of user: User) throws -> [UInt8] {
    let webhook = try stores.webhooks.find(id, of: user.id)
    let health = try stores.webhooks.health(of: [id])[id]
    let key = try stores.webhooks.publicKeys(of: [id])[id]
    return JSONWriter.object { $0.members(of: webhook, health: health, publicKey: key) }
  }

  /// Retired ones cannot be chosen anew; a webhook that chose one keeps it.
  private func chosenTypes(with events: EventSelection) throws -> Set<String> {
    Set(try stores.eventTypes.all().choosable(with: events).map(\.name))
  }
}

extension JSONWriter {
  fileprivate mutating func members(
    of webhook: Webhook, health: WebhookHealth?, publicKey: [UInt8]?
  ) {
    member("id", webhook.id)
    member("name", webhook.name)
    member("endpoint_url", webhook.endpointURL)
    member("events", webhook.events.words)
    switch webhook.status {
    case .active:
      member("status", "active")
      member("paused_reason", String?.none)
    case .paused(let reason):
      member("status", "paused")
      // The contract knows three; whoever reads it may know no fourth.
      member("paused_reason", (reason == .damaged ? .failing : reason).rawValue)
    }
    member("headers", webhook.headerNames)
    member("signature", webhook.signature.rawValue)
    if let publicKey { member("public_key", Secret.publicKeyText(publicKey)) }
    member("max_in_flight", webhook.maxInFlight)
    member("max_per_second", webhook.maxPerSecond)
    member("ordered", webhook.isOrdered)
    member("created_at", webhook.createdAt)
    member("updated_at", webhook.updatedAt)
    member("health") {
      $0.member("success_rate_24h", health?.successRate)
      $0.member("last_success_at", health?.lastSuccessAt)
      $0.member("failing_since", health?.failingSince)
    }
  }
}

extension WebhookDamage {
  /// Why it is not resumed, for a program's author.
  var refusal: String {
    let mends =
      (hasSecret ? ["rotate its secret"] : [])
      + (hasOlderSecret && !hasSecret ? ["rotate its secret, which ends the older one"] : [])
      + (headerNames.isEmpty
        ? [] : ["set these headers again: \(headerNames.joined(separator: ", "))"])
    return "What is sealed for the webhook is damaged and cannot be read any more. First "
      + mends.joined(separator: ", and ") + "."
  }
}
