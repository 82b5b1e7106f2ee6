import Crypto
import Domain
import HTTPTypes
import Store

/// Sending a test while the person waits.
struct TestActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }

  func show(_ id: Webhook.ID, event: String?) throws -> Response {
    .page(try page(of: id, event: event).render())
  }

  func showResult(_ delivery: Delivery.ID, of webhook: Webhook.ID) throws -> Response {
    let found = try DeliveryActions(context: context).find(delivery, of: webhook)
    guard found.isTest else { throw StoreError.notFound }
    let body = try stores.deliveries.body(of: found, user: user)
    var page = try page(of: webhook, event: found.eventType)
    let data = body.flatMap { (try? JSONValue($0).object())?["data"]?.compact }
    if let data { page.payload = JSONText.indented(data) }
    page.result = TestPage.Result(
      delivery: found, attempt: try stores.deliveries.attempts(of: found).last)
    if page.result?.isSuccess == true, page.webhook.status.isStopped {
      let since = try stores.webhooks.health(of: [webhook])[webhook]?.lastSuccessAt
      page.failedSince = since ?? page.webhook.createdAt
    }
    return .page(page.render())
  }

  func send(to id: Webhook.ID) throws -> Response {
    let form = context.form
    var page = try page(of: id, event: form.one("event"))
    page.payload = try form.one("data")?.withLineFeeds ?? ""
    if try form.one("load") != nil {
      page.payload = JSONText.indented(page.type.example)
      return .page(page.render())
    }
    if let event = try form.one("event"), event != page.type.name {
      page.errors = [FieldError("event", "There is no such event any more. Choose another one.")]
      return .page(page.render(), status: .unprocessableContent)
    }
    let data: [UInt8]
    switch PastedJSON.read(page.payload) {
    case .failure(let problem):
      page.errors = [FieldError("data", problem.message)]
      return .page(page.render(), status: .unprocessableContent)
    case .success(let value):
      if let problem = TestRun.problem(with: value, type: page.type.name) {
        page.errors = [FieldError("data", problem)]
        return .page(page.render(), status: .unprocessableContent)
      }
      data = value.compact
    }
    return try send(data, page)
  }

  private func send(_ data: [UInt8], _ page: TestPage) throws -> Response {
    let id = page.webhook.id
    let links = context.links
    let formID = try context.form.one("form_id").flatMap { UUID($0) }
    let session = context.visitor.session.id
    let ticket = formID.map { form in
      FormTicket(session: session, form: form) { links(.testResult(Delivery.ID($0), of: id)) }
    }
    do {
      let delivery = try TestRun(stores: stores, settings: context.settings)
        .send(page.type.name, data: data, to: id, of: user, form: ticket, by: context.actor)
      return .seeOther(links(.testResult(delivery, of: id)))
    } catch StoreError.duplicate {
      let earlier = try formID.flatMap { try stores.forms.location(of: $0, in: session) }
      return .seeOther(earlier ?? links(.test(id)))
    } catch TestRun.Refusal.tooMany(let seconds) {
      var page = page
      page.errors = [
        FieldError(
          "data",
          "\(context.settings.testLimit.count) tests in "
            + "\(Words.length(context.settings.testLimit.unit)). Wait \(seconds) seconds.")
      ]
      return .page(page.render(), status: .tooManyRequests).adding(.retryAfter, String(seconds))
    } catch TestRun.Refusal.busy {
      var page = page
      page.errors = [FieldError("data", "Other tests are being sent just now. Try again.")]
      return .page(page.render(), status: .serviceUnavailable).adding(.retryAfter, "1")
    }
  }

  /// - Parameter event: nil, or one that does not exist: the first that the webhook listens to.
  private func page(of id: Webhook.ID, event: String?) throws -> TestPage {
    let webhook = try stores.webhooks.find(id, of: user)
    let types = try stores.eventTypes.all()
    let listed = types.filter { webhook.events.contains($0.name) && !$0.isRetired }
    guard let type = types.first(where: { $0.name == event }) ?? listed.first ?? types.first else {
      throw StoreError.notFound
    }
    return TestPage(
      shell: try context.shell(), webhook: webhook, types: types.filter { !$0.isRetired },
      type: type, formID: UUID.version7(at: currentTime(), random: try Random.uint64()).description,
      payload: JSONText.indented(type.example),
      history: try stores.deliveries.lastTests(of: id, user: user),
      damage: try stores.webhooks.damage(of: id, user: user))
  }
}

extension EventSelection {
  func contains(_ type: String) -> Bool {
    switch self {
    case .all: true
    case .chosen(let types): types.contains(type)
    }
  }
}

extension Webhook.Status {
  /// By us, not by its user.
  var isStopped: Bool {
    switch self {
    case .active, .paused(.user): false
    case .paused(.failing), .paused(.gone), .paused(.damaged): true
    }
  }
}

/// JSON that a person typed, with the line of a mistake.
enum PastedJSON {
  struct Mistake: Error {
    let message: String
  }

  static func read(_ text: String) -> Result<JSONValue, Mistake> {
    let bytes = Array(text.utf8)
    do throws(JSONError) {
      return .success(try JSONValue(bytes))
    } catch {
      switch error {
      case .unexpected(let offset, let expected):
        // A mistake shows where the parser stopped; what it follows is often on the line before.
        let before = bytes.prefix(offset)
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let last = String(
          decoding: before.suffix(20).split(whereSeparator: { $0 <= 0x20 }).last ?? [],
          as: UTF8.self)
        let place = last.isEmpty ? "" : " after \(last)"
        return .failure(Mistake(message: "Line \(line): expected \(expected)\(place)"))
      case .duplicateName(let name):
        return .failure(Mistake(message: "The name “\(name)” stands twice in one object"))
      }
    }
  }
}

extension String {
  /// A text field as it was sent, with line feeds alone.
  var withLineFeeds: String {
    String(decoding: utf8.filter { $0 != UInt8(ascii: "\r") }, as: UTF8.self)
  }
}
