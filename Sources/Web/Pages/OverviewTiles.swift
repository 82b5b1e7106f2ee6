import Domain

/// The five numbers that say how delivering goes.
struct OverviewTiles {
  let queue: QueueStanding?
  let hour: DeliveryHistory?
  let failedInDay: Int?
  let workers: [WorkerRun]?
  let shell: Shell

  func render() -> HTML {
    """
    <dl class="strip card" data-part="tiles">
    \(tile("Waiting now", waiting))\(tile("Oldest due", oldest))\(tile("Per minute", pace))\
    \(tile("Failed for good, 24 h", failed))\(tile("Workers", alive))
    </dl>
    """
  }

  /// nil: not to be read just now.
  private typealias Figure = (number: HTML, line: HTML)?

  private func tile(_ name: String, _ figure: Figure) -> HTML {
    let shown = figure ?? ("–", "Couldn’t read")
    return """
      <div><dt>\(name)</dt><dd class="number">\(shown.number)</dd>\
      <dd class="sub">\(shown.line)</dd></div>
      """
  }

  private var waiting: Figure {
    guard let queue else { return nil }
    let more: HTML? = queue.isAll ? nil : " <small>or more</small>"
    let number: HTML =
      "\(Words.number(queue.isAll ? queue.waiting : QueueStanding.countLimit))\(more)"
    guard queue.isAll, let growth = hour?.growth(to: queue.waiting) else {
      return (number, "\(Words.number(queue.due)) due now")
    }
    return (number, Self.trend(growth, of: queue.waiting))
  }

  /// A twentieth more or less is neither.
  private static func trend(_ growth: Int, of waiting: Int) -> HTML {
    guard growth.magnitude > max(10, waiting.magnitude / 20) else {
      return "\(Tag(tone: .neutral, icon: .minus, word: "Steady").inList)"
    }
    let isGrowing = growth > 0
    let tag =
      isGrowing
      ? Tag(tone: .warn, icon: .up, word: "Growing")
      : Tag(tone: .ok, icon: .down, word: "Shrinking")
    return """
      <span class="tag bare \(tag.tone.rawValue)">\(tag.icon)\(tag.word)</span> \
      \(isGrowing ? "+" : "−")\(Words.number(Int(growth.magnitude))) in 10 min
      """
  }

  private var oldest: Figure {
    guard let queue else { return nil }
    guard let seconds = queue.oldestDueSeconds(now: shell.now) else {
      return ("–", "Nothing is due")
    }
    let isLate = seconds > DeliveryService.limitSeconds
    let tag =
      isLate
      ? Tag(tone: .warn, icon: .warning, word: "Over \(DeliveryService.limitSeconds) s")
      : Tag(tone: .ok, icon: .check, word: "Within \(DeliveryService.limitSeconds) s")
    return (
      Self.length(Int(seconds)),
      "<span class=\"tag bare \(tag.tone.rawValue)\">\(tag.icon)\(tag.word)</span>"
    )
  }

  /// The number large, its unit small.
  private static func length(_ seconds: Int) -> HTML {
    let words = Words.shortLength(seconds: seconds).split(separator: " ", maxSplits: 1)
    return "\(String(words[0])) <small>\(String(words.last ?? ""))</small>"
  }

  private var pace: Figure {
    guard let pace = hour?.pace else { return nil }
    let came: HTML =
      pace.inPerMinute.map { "\(Words.number($0)) in" } ?? "Nobody counts what comes in"
    return ("\(Words.number(pace.outPerMinute)) <small>out</small>", came)
  }

  private var failed: Figure {
    guard let failedInDay else { return nil }
    let line: HTML =
      failedInDay == 0
      ? "None" : "<a href=\"\(shell.links(.deliveries(.dead())))\">See them</a>"
    return (HTML(Words.number(failedInDay)), line)
  }

  private var alive: Figure {
    guard let workers else { return nil }
    let count = workers.count { $0.isAlive(now: shell.now) }
    guard let seen = workers.first?.lastSeenAt else { return ("0", "None has run yet") }
    return (HTML(Words.number(count)), "Last ran \(WorkerWords.ago(seen, now: shell.now))")
  }
}

/// Runs of the worker: who sends, and who did last.
struct WorkerTable {
  /// Last seen first.
  let workers: [WorkerRun]?
  let shell: Shell

  private static let endedShown = 3

  func render() -> HTML {
    let body: HTML? = shown.map {
      $0.isEmpty ? OverviewPage.blank("No worker has run yet.") : table($0.map(row))
    }
    return """
      <section class="card" aria-labelledby="workers-heading" data-part="workers">
      <div class="bar"><h2 id="workers-heading">Workers</h2></div>
      \(body ?? OverviewPage.unreadable)
      </section>
      """
  }

  private var shown: [WorkerRun]? {
    workers.map { runs in
      runs.filter { $0.isAlive(now: shell.now) }
        + runs.filter { !$0.isAlive(now: shell.now) }.prefix(Self.endedShown)
    }
  }

  private func table(_ rows: [HTML]) -> HTML {
    """
    <div class="table keys"><table role="table">
    <caption class="unseen">Workers, running ones first</caption>
    <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Host and process</th>\
    <th role="columnheader" scope="col">State</th><th role="columnheader" scope="col">Version</th>\
    <th role="columnheader" scope="col">Started</th>\
    <th role="columnheader" scope="col">Last seen</th></tr></thead>
    <tbody role="rowgroup">
    \(rows)</tbody></table></div>
    """
  }

  private func row(_ run: WorkerRun) -> HTML {
    func time(_ moment: Timestamp) -> HTML {
      TimeText(moment: moment, form: .second, now: shell.now).html
    }
    return """
      <tr role="row"><th role="rowheader" scope="row">\(run.host) \
      <span class="of">\(String(run.processID))</span></th>
      <td role="cell" data-label="State">\(tag(run).inList)</td>
      <td role="cell" data-label="Version">\(run.version)</td>
      <td role="cell" data-label="Started">\(time(run.startedAt))</td>
      <td role="cell" data-label="Last seen">\(time(run.lastSeenAt))</td></tr>

      """
  }

  private func tag(_ run: WorkerRun) -> Tag {
    if run.isAlive(now: shell.now) { return Tag(tone: .ok, icon: .check, word: "Running") }
    return run.stoppedAt == nil
      ? Tag(tone: .bad, icon: .cross, word: "Lost")
      : Tag(tone: .neutral, icon: .stop, word: "Ended")
  }
}
