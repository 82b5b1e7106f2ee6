import Domain
import HTTPTypes
import Store

/// What a person sees of deliveries.
struct DeliveryActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }

  func show(_ id: Delivery.ID, of webhookID: Webhook.ID, attempt: Int?) throws -> Response {
    let webhook = try stores.webhooks.find(webhookID, of: user)
    let delivery = try find(id, of: webhookID)
    let mayBeSent = delivery.state.status != .delivered && !delivery.isTest
    return .page(
      try DeliveryDetailPage(
        shell: context.shell(), webhook: webhook, delivery: delivery,
        attempts: stores.deliveries.attempts(of: delivery), selected: attempt,
        body: stores.deliveries.body(of: delivery, user: user),
        siblings: stores.deliveries.siblings(of: delivery, user: user),
        isOvertaken: mayBeSent && stores.deliveries.isOvertaken(delivery, user: user)
      ).render())
  }

  /// - Throws: `StoreError.notFound` also where it is another webhook's.
  func find(_ id: Delivery.ID, of webhook: Webhook.ID) throws -> Delivery {
    let delivery = try stores.deliveries.find(id, of: user)
    guard delivery.webhookID == webhook else { throw StoreError.notFound }
    return delivery
  }

  /// The log as a file. A filter that finds little ends it early, and it says so.
  func file(of id: Webhook.ID, _ filter: DeliveryFilter, _ format: DeliveryFile.Format) throws
    -> Response
  {
    _ = try stores.webhooks.find(id, of: user)
    guard filter.problems.isEmpty else { throw Query.Malformed() }
    var deliveries: [Delivery] = []
    var place = LogPlace.newest
    var end: Timestamp?
    for _ in 1...Self.pagesOfFile where deliveries.count < DeliveryFile.limit {
      let page = try stores.deliveries.page(
        of: id, user: user, filter: filter.search(now: currentTime()), from: place,
        limit: min(1_000, DeliveryFile.limit - deliveries.count))
      deliveries += page.deliveries
      end = page.older?.time
      guard let older = page.older else { break }
      place = .after(older)
    }
    try stores.audit.recordExport(
      of: deliveries.count, deliveriesOf: id, user: user, by: context.actor)
    return Response(
      .ok,
      fields: [
        .contentType: format.contentType,
        .contentDisposition: "attachment; filename=\"\(format.fileName)\"",
      ], body: DeliveryFile.bytes(deliveries, format, cutAt: end))
  }

  private static let pagesOfFile = 40

  /// How many deliveries are newer than the place in the address, for the script.
  func newer(than filter: DeliveryFilter, of id: Webhook.ID) throws -> Response {
    _ = try stores.webhooks.find(id, of: user)
    let cursor: Cursor? = if case .before(let cursor) = filter.place { cursor } else { nil }
    let count =
      filter.problems.isEmpty
      ? try stores.deliveries.newer(
        than: cursor, of: id, user: user, filter: filter.search(now: currentTime())) : 0
    return .text(String(count))
  }
}

extension DeliveryFilter {
  /// The same in the store's words.
  func search(now: Timestamp) -> LogFilter {
    let state: LogFilter.State? =
      switch status {
      case .delivered: .status(.delivered)
      case .failed: .status(.failed)
      case .held: .status(.held)
      case .pending: .status(.pending)
      case .waiting: .waiting
      case .retrying: .retrying
      case nil: nil
      }
    let kind: LogFilter.Answer? =
      switch answer {
      case .success: .hundreds(2)
      case .redirect: .hundreds(3)
      case .refused: .hundreds(4)
      case .broken: .hundreds(5)
      case Answer.none?: LogFilter.Answer.none
      case nil: nil
      }
    return LogFilter(
      state: state, eventType: event, answer: kind, eventID: eventID, from: start(now: now),
      to: to)
  }
}
