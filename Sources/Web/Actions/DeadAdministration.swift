import Crypto
import Domain
import HTTPTypes
import Store

/// What administrators do about deliveries that failed for good: look, ask, begin a job, stop it.
struct DeadAdministration {
  let context: Context

  private var stores: Stores { context.stores }

  func respond(_ route: AdminDeliveryRoute, isPost: Bool) throws -> Response {
    switch route {
    case .dead(let choice): return try list(choice)
    case .retryDead(let choice): return isPost ? try begin(.retry) : try ask(.retry, choice)
    case .dropDead(let choice): return isPost ? try begin(.drop) : try ask(.drop, choice)
    case .job(let id): return .page(try page(of: id).render())
    case .stopJob(let id): return isPost ? try stop(id) : try askToStop(id)
    default: throw StoreError.notFound
    }
  }

  private func list(_ choice: DeadChoice) throws -> Response {
    let dead = stores.deadLetters
    let found = try dead.page(
      choice.filter, from: LogPlace(choice.place), limit: AdminDeliveriesPage.rowsOfPage)
    return .page(
      DeadLettersPage(
        shell: try context.shell(), choice: choice, day: try dead.deadCount(sinceHours: 24),
        groups: choice.filter.narrows || choice.place != nil ? nil : try dead.groups(),
        rows: found.deliveries,
        owners: try stores.deliverySearch.owners(of: found.deliveries.map(\.delivery.webhookID)),
        filterNames: try names(of: choice.filter),
        newer: found.newer.map(DeliveryFilter.Place.before),
        older: found.older.map(DeliveryFilter.Place.after), searchedBackTo: found.searchedTo,
        running: try stores.bulkJobs.live()
      ).render())
  }

  /// What the ids in a filter are called.
  private func names(of filter: DeadFilter) throws -> DeadFilterWords.Names {
    DeadFilterWords.Names(
      user: try filter.user.flatMap { try stores.users.find($0)?.email },
      webhook: try filter.webhook.flatMap { try stores.deliverySearch.owners(of: [$0])[$0]?.name })
  }

  private func confirmation(_ kind: RetryJob.Kind, _ choice: DeadChoice) throws -> BulkConfirmPage {
    BulkConfirmPage(
      shell: try context.shell(), kind: kind, choice: choice.at(nil),
      count: try stores.deadLetters.count(choice.filter).count,
      names: try names(of: choice.filter),
      formID: UUID.version7(at: currentTime(), random: try Random.uint64()).description)
  }

  private func ask(_ kind: RetryJob.Kind, _ choice: DeadChoice) throws -> Response {
    .page(try confirmation(kind, choice).render())
  }

  private func begin(_ kind: RetryJob.Kind) throws -> Response {
    let choice = DeadChoice(context.form)
    let formID = try context.form.one("form_id").flatMap { UUID($0) }
    let session = context.visitor.session.id
    let links = context.links
    let ticket = formID.map { form in
      FormTicket(session: session, form: form) { links(.deliveries(.job(RetryJob.ID($0)))) }
    }
    func earlier() throws -> String? {
      try formID.flatMap { try stores.forms.location(of: $0, in: session) }
    }
    do {
      let begun = try stores.bulkJobs.start(
        kind, choice.filter, form: ticket, by: context.user.id, actor: context.actor)
      guard let job = begun.job else {
        // Sent twice, the first has taken them all.
        return .seeOther(try earlier() ?? links(.deliveries(.dead(choice))))
      }
      try stores.bulkJobs.takeFirstSteps(of: job)
      context.settings.wakeWorkers()
      return .seeOther(links(.deliveries(.job(job))))
    } catch StoreError.duplicate {
      return .seeOther(try earlier() ?? links(.deliveries(.dead())))
    } catch StoreError.limitReached(let limit) {
      var page = try confirmation(kind, choice)
      page.refusal = "\(limit) jobs run already. Wait until one of them has ended, or stop one."
      return .page(page.render(), status: .conflict)
    }
  }

  private func page(of id: RetryJob.ID) throws -> BulkJobPage {
    let job = try stores.bulkJobs.find(id)
    return BulkJobPage(
      shell: try context.shell(), job: job, names: try names(of: job.filter),
      isMine: job.startedBy == context.user.email)
  }

  private func askToStop(_ id: RetryJob.ID) throws -> Response {
    .page(
      StopBulkJobPage(shell: try context.shell(), job: try stores.bulkJobs.find(id)).render())
  }

  private func stop(_ id: RetryJob.ID) throws -> Response {
    try stores.bulkJobs.stop(id, by: context.actor)
    _ = try stores.bulkJobs.step(id)
    return .seeOther(context.links(.deliveries(.job(id))))
  }
}
