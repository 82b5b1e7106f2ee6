import Domain

/// What was delivered and failed over a time, and how many waited. The numbers are there as a table,
/// too; no fact is in the picture alone.
struct DeliveryChart {
  let shell: Shell
  let span: DeliveryHistory.Span
  /// nil: not to be read just now.
  let history: DeliveryHistory?

  func render() -> HTML {
    """
    <section class="card" aria-labelledby="chart-heading">
    <div class="bar"><h2 id="chart-heading">Deliveries per \(step)</h2>\
    <nav class="segments end" aria-label="Time shown">\(DeliveryHistory.Span.allCases.map(link))</nav></div>
    <div class="part chart" data-part="chart">\(history.map(picture) ?? OverviewPage.unreadable)</div>
    <details class="more part"><summary>\(Icon.chevronDown)Show as a table</summary>
    <div class="numbers" data-part="numbers" tabindex="0" role="group" \
    aria-label="Table of deliveries per \(step)">\(history.map(table))</div></details>
    </section>
    """
  }

  private var step: String {
    switch span {
    case .hour: "minute"
    case .day: "15 minutes"
    case .week: "2 hours"
    }
  }

  private var pair: String {
    switch span {
    case .hour: "2 minutes"
    case .day: "30 minutes"
    case .week: "4 hours"
    }
  }

  private func link(_ other: DeliveryHistory.Span) -> HTML {
    let word =
      switch other {
      case .hour: "1 hour"
      case .day: "24 hours"
      case .week: "7 days"
      }
    let current = HTML.attribute("aria-current", other == span ? "true" : nil)
    return """
      <a href="\(shell.links(.admin(.overview(other))))"\(current)>\(word)</a>
      """
  }

  private func picture(_ history: DeliveryHistory) -> HTML {
    let (first, last) = (
      time(history.steps.first), TimeText(moment: shell.now, form: form, now: shell.now).html
    )
    let isSilent = history.delivered + history.failed == 0
    let silence: HTML? =
      isSilent ? "<p class=\"silence\">Nothing was sent between \(first) and \(last).</p>" : nil
    let most = history.mostWaiting.map { "at most \(Words.number($0))" } ?? "not counted"
    let middle = history.steps[history.steps.count / 2]
    return """
      <p class="legend"><span class="good">Delivered <b>\(Words.number(history.delivered))</b></span> \
      <span class="poor">Failed <b>\(Words.number(history.failed))</b></span> \
      <span class="wait">Waiting <b>\(most)</b></span></p>
      \(silence)
      \(BarPanel(
        steps: history.steps, halved: history.halved, pair: pair, label: summary(history)
      ).render())
      \(WaitingPanel(steps: history.steps).render())
      <p class="axis\(span == .week ? " long" : "")"><span>\(first)</span><span>\(time(middle))</span><span>\(last)</span></p>
      """
  }

  private var form: TimeText.Form { span == .week ? .minute : .clock }

  private func time(_ step: DeliveryHistory.Step?) -> HTML {
    TimeText(moment: step?.begin ?? shell.now, form: form, now: shell.now).html
  }

  private func summary(_ history: DeliveryHistory) -> String {
    let most = history.mostWaiting.map { ", at most \(Words.number($0)) waiting" } ?? ""
    let span =
      switch self.span {
      case .hour: "hour"
      case .day: "24 hours"
      case .week: "7 days"
      }
    return """
      In the last \(span) \(Words.number(history.delivered)) delivered, \
      \(Words.number(history.failed)) failed\(most)
      """
  }

  private func table(_ history: DeliveryHistory) -> HTML {
    """
    <table role="table">
    <caption class="unseen">Deliveries per \(step), newest first</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">From</th>\
    <th role="columnheader" scope="col" class="end">Delivered</th>\
    <th role="columnheader" scope="col" class="end">Failed</th>\
    <th role="columnheader" scope="col" class="end">Waiting</th></tr></thead>
    <tbody role="rowgroup">
    \(history.steps.reversed().map(row))</tbody></table>
    """
  }

  private func row(_ step: DeliveryHistory.Step) -> HTML {
    """
    <tr role="row"><th role="rowheader" scope="row">\(time(step))</th>\
    <td role="cell" class="end">\(Words.number(step.delivered))</td>\
    <td role="cell" class="end">\(Words.number(step.failed))</td>\
    <td role="cell" class="end">\(step.waiting.map(Words.number) ?? "–")</td></tr>

    """
  }
}

/// A scale from 0 to a number whose half is whole, too.
private struct Scale {
  let top: Int

  init(atLeast value: Int) {
    var unit = 1
    while unit * 10 < value { unit *= 10 }
    top = [2, 4, 6, 8, 10].map { $0 * unit }.first { $0 >= value } ?? unit * 10
  }

  /// How high a count is drawn, where the whole scale is so high.
  func height(_ count: Int, of whole: Double) -> Double { Double(count) / Double(top) * whole }
}

extension Double {
  /// To a tenth.
  fileprivate var short: String {
    let tenths = Int((self * 10).rounded())
    return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}

/// Delivered above the line and failed, hatched, below it, on one scale. Drawn 600 wide and stretched to
/// the page; where that is narrow, with half as many bars.
private struct BarPanel {
  let steps: [DeliveryHistory.Step]
  let halved: [DeliveryHistory.Step]
  /// What two steps are together.
  let pair: String
  let label: String

  private static let (top, line, bottom) = (10.0, 125.0, 155.0)

  func render() -> HTML {
    """
    <div class="plot wide">\(picture(steps, id: "hatch"))</div>
    <div class="plot narrow">\(picture(halved, id: "hatch-half"))
    <p class="sub">One bar is \(pair).</p></div>
    """
  }

  private func picture(_ steps: [DeliveryHistory.Step], id: String) -> HTML {
    let (above, below) = (Self.line - Self.top, Self.bottom - Self.line)
    let failedShare = Double(steps.map(\.failed).max() ?? 0) * above / below
    let scale = Scale(
      atLeast: max(steps.map(\.delivered).max() ?? 0, Int(failedShare.rounded(.up))))
    let delivered = bars(steps.map(\.delivered), scale, isBelow: false)
    let failed = bars(steps.map(\.failed), scale, isBelow: true)
    return """
      <span class="mark-top">\(Words.number(scale.top))</span>\
      <span class="mark-half">\(Words.number(scale.top / 2))</span><span class="mark-zero">0</span>
      <svg class="columns" role="img" aria-label="\(label)" viewBox="0 0 600 160" \
      preserveAspectRatio="none"><defs><pattern id="\(id)" width="5" height="5" \
      patternUnits="userSpaceOnUse"><rect class="hatch-ground" width="5" height="5"/>\
      <path class="hatch" d="M-1 1l2-2M0 5l5-5M4 6l2-2"/></pattern></defs>\
      <path class="rule" d="M0 10h600M0 67.5h600"/>\
      <path class="good" d="\(delivered)"/>\
      <path class="failed" fill="url(#\(id))" d="\(failed)"/>\
      <path class="line" d="M0 125.5h600"/></svg>
      """
  }

  private func bars(_ counts: [Int], _ scale: Scale, isBelow: Bool) -> String {
    let pitch = 600 / Double(counts.count)
    var path = ""
    for (index, count) in counts.enumerated() where count > 0 {
      // A single one among thousands must still be seen.
      let height = max(2, scale.height(count, of: Self.line - Self.top))
      let left = (Double(index) * pitch + pitch * 0.1).short
      let width = (pitch * 0.8).short
      path +=
        isBelow
        ? "M\(left) 126v\(height.short)h\(width)v-\(height.short)z"
        : "M\(left) 125v-\(height.short)h\(width)v\(height.short)z"
    }
    return path
  }
}

/// How many waited, on a panel of its own with the same time axis.
private struct WaitingPanel {
  let steps: [DeliveryHistory.Step]

  private static let (top, line) = (8.0, 60.0)

  /// Its numbers are in the summary and the table.
  func render() -> HTML {
    let scale = Scale(atLeast: steps.compactMap(\.waiting).max() ?? 0)
    return """
      <div class="plot waits"><span class="mark-top">\(Words.number(scale.top))</span>\
      <span class="mark-zero">0</span>
      <svg class="columns" aria-hidden="true" viewBox="0 0 600 64" preserveAspectRatio="none">\
      <path class="rule" d="M0 8h600"/><path class="line" d="M0 60.5h600"/>\
      <path class="waiting" d="\(path(scale))"/></svg></div>
      """
  }

  /// Broken where nobody counted; a single point is a dot.
  private func path(_ scale: Scale) -> String {
    let pitch = 600 / Double(steps.count)
    var path = ""
    var isDrawing = false
    for (index, step) in steps.enumerated() {
      guard let waiting = step.waiting else {
        isDrawing = false
        continue
      }
      let x = ((Double(index) + 0.5) * pitch).short
      let y = (Self.line - scale.height(waiting, of: Self.line - Self.top)).short
      path += isDrawing ? "L\(x) \(y)" : "M\(x) \(y)h0"
      isDrawing = true
    }
    return path
  }
}
