import Domain
import Store

/// The webhooks that have something due, as far as this worker knows, and from where to look in the
/// queue of each.
struct DueList {
  /// Of looks at the whole queue while there is work, in milliseconds. A look may take a tenth of the
  /// time between two.
  static let refreshInterval: Int64 = 40
  /// How long a place in the queue is trusted: what was committed late stands before it.
  static let placeKeptFor: Int64 = 1_000

  private static let mostKnown = 512

  private(set) var webhooks: [Webhook.ID: DueWebhook] = [:]
  private var countAtRefresh = 0
  private var modestAtRefresh = 0
  private var nextRefresh: Int64 = 0
  private var places: [Webhook.ID: Timestamp] = [:]
  private var placesUntil: Int64 = 0

  func needsRefresh(at milliseconds: Int64) -> Bool {
    webhooks.isEmpty || milliseconds >= nextRefresh
  }

  /// Milliseconds until a look tells more; nil where only something new would.
  func untilRefresh(at milliseconds: Int64) -> Int64? {
    webhooks.isEmpty ? nil : max(0, nextRefresh - milliseconds)
  }

  /// Those that a look need not ask for: they stay until a claim gets less of one than it wished. All
  /// are asked for where there are many, since there is a limit to what a look may leave out.
  var known: [Webhook.ID] {
    webhooks.count <= Self.mostKnown ? webhooks.keys.sorted() : []
  }

  /// - Parameters:
  ///   - due: What a look found besides those known; of these, those that have something lost.
  ///   - modest: How many of all of them take one slot at most.
  ///   - duration: What the look took, in milliseconds.
  mutating func refresh(
    _ due: [DueWebhook], modest: Int = 0, at milliseconds: Int64, duration: Int64
  ) {
    let before = known.compactMap { webhooks[$0] }
    webhooks = Dictionary(
      uniqueKeysWithValues: before.map {
        ($0.id, DueWebhook(id: $0.id, since: $0.since, hasLost: false))
      })
    webhooks.merge(due.map { ($0.id, $0) }) { $1 }
    countAtRefresh = webhooks.count
    modestAtRefresh = modest
    nextRefresh = milliseconds + max(Self.refreshInterval, 10 * duration)
    if milliseconds >= placesUntil {
      places = [:]
      placesUntil = milliseconds + Self.placeKeptFor
    }
  }

  /// How many slots each webhook may have while so many want some. A webhook with more would open
  /// connections that others then have to close: a new one costs as much as fifteen deliveries.
  /// What modest ones leave, the others may have.
  func share(of slots: Int) -> Int {
    let webhooks = max(1, countAtRefresh - modestAtRefresh)
    let left = slots - min(modestAtRefresh, slots / 2)
    return (left + webhooks - 1) / webhooks
  }

  /// Nothing that was due before this is looked for; nil: everything is.
  func place(of id: Webhook.ID) -> Timestamp? { places[id] }

  /// It does not send: its deliveries are on their way out of the queue.
  mutating func drop(_ id: Webhook.ID) {
    webhooks[id] = nil
  }

  /// What came of a claim.
  /// - Parameter last: When the last one claimed had been due.
  mutating func claimed(_ count: Int, of wish: ClaimWish, last: Timestamp?) {
    let id = wish.target.webhookID
    if count >= wish.count, let last {
      places[id] = last
    } else {
      places[id] = nil
      webhooks[id] = nil
    }
  }
}
