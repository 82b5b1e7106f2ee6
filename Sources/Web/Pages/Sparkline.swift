import Domain

/// The last 24 hours of a webhook, or seven days by six hours, a bar for each: delivered above the line, failed below it, so
/// that the place tells them apart and colour only helps. Never without the numbers in words.
struct Sparkline {
  enum Span {
    case day, week

    var words: String {
      switch self {
      case .day: "24 hours"
      case .week: "7 days"
      }
    }
  }

  let health: WebhookHealth
  var span = Span.day

  /// The picture, the rate and the counts; only words where nothing has ended yet.
  func render() -> HTML {
    guard let rate = Words.rate(health) else {
      return "<p class=\"figure\">None finished in \(span.words)</p>"
    }
    let finished = health.delivered + health.failed
    return """
      <div class="spark">\(picture)<p class="figure"><span><b>\(rate)</b> delivered</span>\
      <span class="of">\(Words.number(health.delivered)) of \(Words.number(finished))</span></p>\
      </div>
      """
  }

  // The line lies at 25 of 36; a bar is 4 wide with a gap of 2.
  private static let room = (above: 23.0, below: 9.0)

  private var picture: HTML {
    let label = """
      \(Words.number(health.delivered)) delivered and \(Words.number(health.failed)) failed in the \
      last \(span.words)
      """
    let width = health.hours.count * 6
    return """
      <svg class="bars" role="img" aria-label="\(label)" width="\(width)" height="36" \
      viewBox="0 0 \(width) 36"><path class="line" d="M0 25.5h\(width - 2)"/>\
      <path class="good" d="\(path(\.delivered, above: true))"/>\
      <path class="poor" d="\(path(\.failed, above: false))"/></svg>
      """
  }

  /// Both directions have one scale, so that equal bars are equal counts.
  private var unit: Double {
    let highest = Double(health.hours.map(\.delivered).max() ?? 0)
    let lowest = Double(health.hours.map(\.failed).max() ?? 0)
    return min(
      highest > 0 ? Self.room.above / highest : .infinity,
      lowest > 0 ? Self.room.below / lowest : .infinity)
  }

  private func path(_ count: KeyPath<WebhookHealth.Hour, Int>, above: Bool) -> String {
    var path = ""
    for (hour, counts) in health.hours.enumerated() where counts[keyPath: count] > 0 {
      // A single failure among thousands must still be seen.
      let height = max(2, Int((Double(counts[keyPath: count]) * unit).rounded()))
      path +=
        above
        ? "M\(hour * 6) 25v-\(height)h4v\(height)z" : "M\(hour * 6) 26v\(height)h4v-\(height)z"
    }
    return path
  }
}
