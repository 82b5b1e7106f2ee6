import Domain

/// Numbers and lengths of time, as people read them.
enum Words {
  /// With a comma before each three digits: `1,844`.
  static func number(_ value: Int) -> String {
    var text = String(value.magnitude)
    var grouped = ""
    while text.count > 3 {
      grouped = "," + text.suffix(3) + grouped
      text = String(text.dropLast(3))
    }
    return (value < 0 ? "-" : "") + text + grouped
  }

  /// `1 event`, `3 events`.
  static func count(_ value: Int, _ noun: String) -> String {
    "\(number(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// `6 deliveries`, `more than 1,000 deliveries`, `6 or more deliveries`.
  static func count(_ value: BoundedCount, _ noun: String, _ plural: String) -> String {
    if value.number > BoundedCount.limit {
      return "more than \(number(BoundedCount.limit)) \(plural)"
    }
    let word = value.number == 1 && value.isAll ? noun : plural
    return number(value.number) + (value.isAll ? " " : " or more ") + word
  }

  /// `6`, `more than 1,000`.
  static func number(_ value: BoundedCount) -> String {
    value.number > BoundedCount.limit
      ? "more than \(number(BoundedCount.limit))" : number(value.number)
  }

  /// `1 delivery`, `1,212 deliveries`.
  static func deliveries(_ value: Int) -> String {
    number(value) + (value == 1 ? " delivery" : " deliveries")
  }

  /// In its largest unit, rounded down: `27 hours`, `5 days`, `15 seconds`.
  static func length(_ interval: Interval) -> String {
    let seconds = Int(interval.seconds)
    return switch seconds {
    case ..<120: count(seconds, "second")
    case ..<3_600: count(seconds / 60, "minute")
    case ..<172_800: count(seconds / 3_600, "hour")
    default: count(seconds / 86_400, "day")
    }
  }

  /// The same with the unit's sign: `5 s`, `30 min`, `10 h`, `2 days`.
  static func shortLength(seconds: Int) -> String {
    switch seconds {
    case ..<60: "\(seconds) s"
    case ..<3_600: "\(seconds / 60) min"
    case ..<172_800: "\(seconds / 3_600) h"
    default: count(seconds / 86_400, "day")
    }
  }

  /// Of an estimate, rounded up: `less than a minute`, `about 2 minutes`, `about 3 hours`.
  static func about(seconds: Int) -> String {
    switch seconds {
    case ..<60: "less than a minute"
    case ..<5_400: "about \(count((seconds + 59) / 60, "minute"))"
    default: "about \(count((seconds + 3_599) / 3_600, "hour"))"
    }
  }

  /// How long something took: `0.4 ms`, `188 ms`, `4.1 s`, `15 s`.
  static func duration(microseconds: Int64) -> String {
    switch microseconds {
    case ..<10_000: tenths(microseconds, unit: 1_000) + " ms"
    case ..<1_000_000: "\((microseconds + 500) / 1_000) ms"
    default: tenths(microseconds, unit: 1_000_000) + " s"
    }
  }

  /// `microseconds / unit` to one place, without a zero behind the point.
  private static func tenths(_ microseconds: Int64, unit: Int64) -> String {
    let tenths = (microseconds * 10 + unit / 2) / unit
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }

  /// `412 bytes`, `3.1 KB`, of 1,024 bytes each.
  static func size(_ bytes: Int) -> String {
    bytes < 1_024 ? count(bytes, "byte") : tenths(Int64(bytes), unit: 1_024) + " KB"
  }

  /// Delivered of those finished, rounded down to one place so that 100 % means all: `93.1 %`.
  static func rate(_ health: WebhookHealth) -> String? {
    let finished = health.delivered + health.failed
    guard finished > 0 else { return nil }
    let permille = health.delivered * 1_000 / finished
    if permille == 0, health.delivered > 0 { return "under 0.1 %" }
    return permille.isMultiple(of: 10)
      ? "\(permille / 10) %" : "\(permille / 10).\(permille % 10) %"
  }
}

extension String {
  /// To begin a sentence.
  var capitalizingFirst: String { prefix(1).uppercased() + dropFirst() }
}
