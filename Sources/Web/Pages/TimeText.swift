import Domain

/// A moment on a page: in UTC as it is sent, in the reader's own time zone once the script has run.
struct TimeText {
  enum Form: String {
    /// `14:05`
    case clock
    /// `24 Nov 2026, 14:05`
    case minute
    /// `24 Nov 2026, 14:05:07`
    case second
    /// `24 Nov 2026, 14:05:07.123`
    case millisecond
  }

  let moment: Timestamp
  var form: Form = .second
  /// Given, the year is left out where it is the same as in this moment.
  var now: Timestamp?
  /// The script adds how long ago it was; on lists only.
  var hasAge = false

  var html: HTML {
    let attributes: HTML = """
      \(HTML.attribute("data-form", form.rawValue))\(HTML.flag("data-short", when: now != nil))\
      \(HTML.flag("data-age", when: hasAge))
      """
    return """
      <time datetime="\(moment.rfc3339)"\(attributes)>\(text)\
      <span class="zone"> UTC</span></time>
      """
  }

  private var text: String {
    let time = moment.calendar
    let clock = "\(padded(time.hour, 2)):\(padded(time.minute, 2))"
    let rest =
      switch form {
      case .minute, .clock: ""
      case .second: ":\(padded(time.second, 2))"
      case .millisecond:
        ":\(padded(time.second, 2)).\(padded(time.microsecond / 1_000, 3))"
      }
    if form == .clock { return clock }
    let year = time.year == now?.calendar.year ? "" : " \(time.year)"
    return "\(time.day) \(Self.months[time.month - 1])\(year), \(clock)\(rest)"
  }

  static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}
