/// Which transfers may begin a name look-up now.
///
/// libcurl gives every look-up a thread that cannot be called back. So one host name is looked up
/// by one transfer at a time while the others wait for it, look-ups under way are capped, and names
/// whose last look-up gave nothing hold at most half of the cap: a silent name server for some
/// names must not stop the others.
struct LookupGate {
  struct Host {
    var isLookingUp = false
    /// Until then a look-up is answered from libcurl's cache.
    var knownUntil: Int64 = 0
    var isSuspect = false
  }

  /// A little less than libcurl keeps an answer (60 s), in milliseconds.
  static let knownMilliseconds: Int64 = 50_000

  /// Of hosts that are kept; those with nothing to remember make room, and so do the suspect ones, since
  /// anybody can make names up.
  static let capacity = 10_000

  let cap: Int
  private(set) var hosts: [String: Host] = [:]
  private(set) var underWay = 0
  private(set) var suspectsUnderWay = 0

  init(cap: Int) {
    self.cap = cap
  }

  /// Whether a transfer to this host may begin; if so and its name is not known, its look-up counts
  /// as under way until `resolved`, `failed` or `withdrawn`.
  mutating func admit(_ host: String, at milliseconds: Int64) -> Bool {
    var entry = hosts[host] ?? Host()
    if entry.knownUntil > milliseconds { return true }
    guard !entry.isLookingUp, underWay < cap else { return false }
    if entry.isSuspect {
      guard suspectsUnderWay < max(1, cap / 2) else { return false }
      suspectsUnderWay += 1
    }
    underWay += 1
    entry.isLookingUp = true
    hosts[host] = entry
    return true
  }

  /// Of a transfer whose look-up did not count as under way, nothing changes: it was answered from
  /// the cache, which it does not make younger.
  mutating func resolved(_ host: String, at milliseconds: Int64) {
    guard hosts[host]?.isLookingUp == true else { return }
    end(host)
    if hosts.count >= Self.capacity {
      hosts = hosts.filter { $1.isLookingUp || $1.knownUntil > milliseconds }
    }
    hosts[host] = Host(knownUntil: milliseconds + Self.knownMilliseconds)
  }

  mutating func failed(_ host: String) {
    guard hosts[host]?.isLookingUp == true else { return }
    end(host)
    if hosts.count > Self.capacity {
      hosts = hosts.filter { $1.isLookingUp || !$1.isSuspect }
    }
    hosts[host, default: Host()].isSuspect = true
  }

  /// The transfer just admitted was not begun, and nothing is known of the host that was not before.
  mutating func withdrawn(_ host: String) {
    end(host)
  }

  private mutating func end(_ host: String) {
    guard var entry = hosts[host], entry.isLookingUp else { return }
    underWay -= 1
    if entry.isSuspect { suspectsUnderWay -= 1 }
    entry.isLookingUp = false
    hosts[host] = entry
  }
}
