import Domain

/// A choice among those that failed for good, in words.
struct DeadFilterWords {
  /// What the ids in the filter are called; nil where nobody knows.
  struct Names {
    var user: String?
    var webhook: String?
  }

  let filter: DeadFilter
  let names: Names

  /// The beginning of a sentence: `Those to hooks.example.com · Refused, 401`.
  var subject: String {
    if filter.selection != nil { return "Those that were ticked" }
    return filter.narrows ? "Those \(sentence)" : sentence
  }

  /// `to hooks.example.com · Refused, 401`
  var sentence: String {
    var parts: [String] = []
    if let selection = filter.selection { parts.append("\(selection.count) chosen") }
    if let host = filter.host { parts.append("to \(host)") }
    if let cause = filter.cause { parts.append(cause.words) }
    if let user = filter.user { parts.append("of \(names.user ?? user.description)") }
    if let webhook = filter.webhook {
      parts.append("webhook \(names.webhook ?? webhook.description)")
    }
    if let type = filter.eventType { parts.append(type) }
    return parts.isEmpty
      ? "All of the last \(DeadFilter.days) days" : parts.joined(separator: " · ")
  }
}

extension DeadCause {
  /// `Refused, 401`, `Timed out`.
  var words: String { status.map { "\(error.inShort), \($0)" } ?? error.inShort }
}

extension Words {
  /// `37`, `10,000 or more`.
  static func bounded(_ count: BoundedCount) -> String {
    number(count.number) + (count.isAll ? "" : " or more")
  }
}
