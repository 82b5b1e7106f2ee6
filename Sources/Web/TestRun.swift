import Domain
import Engine
import Store

/// A test from a form or an API call: what is sent, and why it may not be.
struct TestRun {
  let stores: Stores
  let settings: WebSettings

  enum Refusal: Error {
    /// So many tests have been sent; 429.
    case tooMany(secondsToWait: Int)
    /// Others are being sent just now; 503.
    case busy
  }

  /// Sends a test and puts it on record.
  /// - Parameter data: Compact JSON that has been checked.
  /// - Throws: `Refusal`; `StoreError.notFound`, `.duplicate`.
  func send(
    _ type: String, data: [UInt8], to webhook: Webhook.ID, of user: User.ID,
    form: FormTicket? = nil, by actor: Actor
  ) throws -> Delivery.ID {
    guard settings.outgoingPermits.take() else { throw Refusal.busy }
    defer { settings.outgoingPermits.giveBack() }
    let now = currentTime()
    if case .full(let seconds) = try stores.uses.take(
      .testSend, of: user, rate: settings.testLimit)
    {
      throw Refusal.tooMany(secondsToWait: seconds)
    }
    let claimed = try stores.deliveries.beginTest(
      of: webhook, user: user, type: type, timestamp: now,
      body: Event.body(type: type, timestamp: now, data: data),
      leaseSeconds: settings.testSend.leaseSeconds, form: form, by: actor)
    try settings.testSend.perform(claimed, stores: stores, by: actor)
    return claimed.id
  }

  /// What is wrong with a test's `data`; nil when nothing is.
  static func problem(with data: JSONValue, type: String) -> String? {
    if data.kind != .object { return "Send an object." }
    if data.nesting > Event.nestingLimit {
      return "More than \(Event.nestingLimit) arrays and objects stand within each other."
    }
    let size = Event.body(type: type, timestamp: currentTime(), data: data.compact).count
    return size > Event.bodyLimitBytes
      ? "The event’s body is over 256 KiB: \(size) bytes." : nil
  }
}
