import Domain

/// Where the time of an attempt went: a bar that shows whose time it was, and the numbers.
struct TimingBar {
  let timings: Attempt.Timings

  private struct Part {
    let name: String
    let microseconds: Int64
    /// The receiver's own time.
    var isTheirs = false
  }

  func render() -> HTML {
    guard let total = timings.total else { return HTML() }
    let parts = parts(of: total)
    return """
      <div class="part"><div class="subhead"><h3>Timing</h3><p><b>\
      \(Words.duration(microseconds: total))</b> <span class="of">in total</span></p></div>
      \(parts.isEmpty ? nil : drawing(parts, total))\
      \(isReused ? "<p class=\"sub\">The connection was there already.</p>" : nil)</div>
      """
  }

  private func drawing(_ parts: [Part], _ total: Int64) -> HTML {
    "\(bar(parts, total))<dl class=\"times\">\(numbers(parts, total))</dl>"
  }

  /// An answer without a connect means a connection that was kept.
  private var isReused: Bool { timings.connect == nil && timings.firstByte != nil }

  private func parts(of total: Int64) -> [Part] {
    var parts: [Part] = []
    if let time = timings.dns { parts.append(Part(name: "Name", microseconds: time)) }
    if let time = timings.connect { parts.append(Part(name: "Connect", microseconds: time)) }
    if let time = timings.tls { parts.append(Part(name: "TLS", microseconds: time)) }
    if let time = timings.firstByte {
      parts.append(Part(name: "Waiting for you", microseconds: time, isTheirs: true))
    }
    let rest = total - parts.reduce(0) { $0 + $1.microseconds }
    if rest > 0 {
      // Without an answer the rest is what we waited in vain.
      let name = timings.firstByte == nil ? "Waiting for you" : "Reading"
      parts.append(Part(name: name, microseconds: rest, isTheirs: timings.firstByte == nil))
    }
    return parts
  }

  private func bar(_ parts: [Part], _ total: Int64) -> HTML {
    // In thousandths of the width, with a gap of three between parts.
    var start = 0.0
    let pieces = parts.map { part -> HTML in
      let width = Double(part.microseconds) / Double(max(total, 1)) * 1_000
      defer { start += width }
      return """
        <rect\(HTML.attribute("class", part.isTheirs ? "theirs" : nil)) \
        x="\(Int(start.rounded()))" width="\(max(2, Int(width.rounded()) - 3))" height="14"/>
        """
    }
    return """
      <svg class="timing" viewBox="0 0 1000 14" preserveAspectRatio="none" width="624" height="14" \
      aria-hidden="true">\(pieces)</svg>
      """
  }

  /// Rounded at the borders between the parts, so that they add up to the total as it is shown.
  private func numbers(_ parts: [Part], _ total: Int64) -> [HTML] {
    let unit: Int64 = total < 10_000 ? 100 : 1_000
    func rounded(_ time: Int64) -> Int64 { (time + unit / 2) / unit * unit }
    var end: Int64 = 0
    return parts.map { part in
      let start = end
      end += part.microseconds
      let shown = rounded(end) - rounded(start)
      return """
        <div\(HTML.attribute("class", part.isTheirs ? "theirs" : nil))><dt>\(part.name)</dt>\
        <dd>\(Self.text(shown, unit))</dd></div>
        """
    }
  }

  private static func text(_ microseconds: Int64, _ unit: Int64) -> String {
    unit == 1_000
      ? "\(Words.number(Int(microseconds / 1_000))) ms"
      : "\(microseconds / 1_000).\(microseconds / 100 % 10) ms"
  }
}
