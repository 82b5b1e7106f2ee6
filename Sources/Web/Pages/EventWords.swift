import Domain

/// What a webhook listens to, in a few words.
enum EventWords {
  /// `All events`; the names of two at most; otherwise how many.
  static func short(_ selection: EventSelection) -> String {
    switch selection {
    case .all: "All events"
    case .chosen(let types):
      types.count <= 2 ? types.joined(separator: ", ") : Words.count(types.count, "event")
    }
  }
}

extension [EventType] {
  /// Under the headings of a picker, in the order in which the headings first appear.
  var grouped: [(heading: String, types: [EventType])] {
    var groups: [(heading: String, types: [EventType])] = []
    for type in self {
      if let known = groups.firstIndex(where: { $0.heading == type.group }) {
        groups[known].types.append(type)
      } else {
        groups.append((type.group, [type]))
      }
    }
    return groups
  }
}

extension RetrySchedule {
  /// From the first attempt to the last, if every wait is as it says.
  var span: Interval {
    Interval(milliseconds: waits.reduce(0) { $0 + $1.milliseconds })
  }
}
