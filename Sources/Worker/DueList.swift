import Domain
import Store

/// The webhooks that have something due, as far as this worker knows, and from where to look in the
/// queue of each.
struct DueList {
  /// Of looks at the whole queue while there is work, in milliseconds. A look may take a tenth of the
  /// time between two.
  static let refreshInterval: Int64 = 20
  /// How long a place in the queue is trusted: what was committed late stands before it.
  static let placeKeptFor: Int64 = 1_000

  private(set) var webhooks: [Webhook.ID: DueWebhook] = [:]
  private var countAtRefresh = 0
  private var modestAtRefresh = 0
  private var nextRefresh: Int64 = 0
  private var places: [Webhook.ID: Timestamp] = [:]
  private var placesUntil: Int64 = 0

  func needsRefresh(at milliseconds: Int64) -> Bool {
    webhooks.isEmpty || milliseconds >= nextRefresh
  }

  /// - Parameters:
  ///   - modest: How many of them take one slot at most.
  ///   - duration: What the look took, in milliseconds.
  mutating func refresh(
    _ due: [DueWebhook], modest: Int = 0, at milliseconds: Int64, duration: Int64
  ) {
    webhooks = Dictionary(uniqueKeysWithValues: due.map { ($0.id, $0) })
    countAtRefresh = due.count
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
