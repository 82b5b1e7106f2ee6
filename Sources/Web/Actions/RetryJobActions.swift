import Crypto
import Domain
import HTTPTypes
import Store

/// Many deliveries sent again, sent on or dropped: first what it would be, then the job.
struct RetryJobActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }

  /// Shows what would be done, and changes nothing.
  func ask(_ choice: RetryChoice, of id: Webhook.ID) throws -> Response {
    var page = try page(choice, of: id)
    if page.errors.isEmpty { try count(&page) }
    return .page(page.render(), status: page.errors.isEmpty ? .ok : .unprocessableContent)
  }

  func begin(_ shown: RetryChoice, of id: Webhook.ID) throws -> Response {
    let choice = shown.filled(from: context.form)
    var page = try page(choice, of: id)
    guard page.errors.isEmpty else {
      return .page(page.render(), status: .unprocessableContent)
    }
    let formID = try context.form.one("form_id").flatMap { UUID($0) }
    let session = context.visitor.session.id
    let links = context.links
    let ticket = formID.map { form in
      FormTicket(session: session, form: form) { links(.retryJob(RetryJob.ID($0), of: id)) }
    }
    do {
      let begun = try stores.retryJobs.start(
        page.scope, of: id, user: user, form: ticket, by: context.actor)
      guard let job = begun.job else { return .seeOther(links(.retryMany(id, choice))) }
      if try stores.retryJobs.takeFirstSteps(of: job) { context.settings.wakeWorkers() }
      let count = begun.counted.count
      let more = count - (try context.form.one("count").flatMap { Int($0) } ?? count)
      return .seeOther(links(.retryJob(job, of: id)) + (more > 0 ? "?more=\(more)" : ""))
    } catch StoreError.duplicate {
      let earlier = try formID.flatMap { try stores.forms.location(of: $0, in: session) }
      return .seeOther(earlier ?? links(.webhook(id)))
    } catch let refusal as StoreError {
      guard let message = refusal.retryRefusal else { throw refusal }
      page.errors = [FieldError("main", message)]
      try count(&page)
      return .page(page.render(), status: .conflict)
    }
  }

  func show(_ id: RetryJob.ID, of webhookID: Webhook.ID) throws -> Response {
    let job = try stores.retryJobs.find(id, of: webhookID, user: user)
    // More than there are is nothing that we said.
    let more = context.query["more"].flatMap { Int($0) }.flatMap { count in
      count > 0 && count <= job.total ? count : nil
    }
    return .page(
      try RetryJobPage(
        shell: context.shell(), webhook: stores.webhooks.find(webhookID, of: user), job: job,
        more: more
      ).render())
  }

  func askToStop(_ id: RetryJob.ID, of webhookID: Webhook.ID) throws -> Response {
    .page(
      try StopRetryJobPage(
        shell: context.shell(), webhook: stores.webhooks.find(webhookID, of: user),
        job: stores.retryJobs.find(id, of: webhookID, user: user)
      ).render())
  }

  func stop(_ id: RetryJob.ID, of webhookID: Webhook.ID) throws -> Response {
    try stores.retryJobs.stop(id, of: webhookID, user: user, by: context.actor)
    _ = try stores.retryJobs.step(id)
    return .seeOther(context.links(.retryJob(id, of: webhookID)))
  }

  private func page(_ choice: RetryChoice, of id: Webhook.ID) throws -> RetryManyPage {
    let webhook = try stores.webhooks.find(id, of: user)
    let health = try stores.webhooks.health(of: [id])[id]
    let now = try stores.queue.databaseTime()
    let since = choice.since ?? RetryManyPage.usual(choice.kind, health)
    let scope = RetryScope(
      kind: choice.kind,
      since: since.start(now: now, lastSuccess: health?.lastSuccessAt) ?? webhook.createdAt,
      until: choice.until, eventType: choice.event,
      selection: choice.selection.isEmpty
        ? nil : Array(choice.selection.prefix(RetryScope.selectionLimit)))
    var page = RetryManyPage(
      shell: try context.shell(), webhook: webhook, choice: choice, since: since, scope: scope,
      types: try stores.eventTypes.all(), failingSince: health?.failingSince,
      formID: UUID.version7(at: currentTime(), random: try Random.uint64()).description)
    page.errors = choice.unreadable.map { FieldError($0, "Enter a date and a time") }
    if let until = choice.until, until <= scope.since {
      page.errors.append(FieldError("until", "“Until” must be after the beginning"))
    }
    page.running = try stores.retryJobs.live(of: id)
    return page
  }

  private func count(_ page: inout RetryManyPage) throws {
    page.counted = try stores.retryJobs.count(page.scope, of: page.webhook.id, user: user)
    page.running = try stores.retryJobs.live(of: page.webhook.id)
  }
}

extension RetryChoice.Since {
  /// nil for all there are.
  func start(now: Timestamp, lastSuccess: Timestamp?) -> Timestamp? {
    switch self {
    case .worked: lastSuccess
    case .all: nil
    case .hours(let hours): now.advanced(bySeconds: -Int64(hours) * 3_600)
    case .moment(let moment): moment
    }
  }
}
