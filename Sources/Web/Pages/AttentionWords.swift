import Domain

/// One thing that somebody should know: a sentence, and what leads on.
struct AttentionWords {
  let item: AttentionItem
  let shell: Shell

  var tone: Tag.Tone {
    switch item.kind {
    case .stopped, .failing: .bad
    case .needsReconnect, .damaged, .needsSite, .secretEnds, .keyEnds, .serviceKeyEnds, .dropped:
      .warn
    case .recovered, .sentAgain: .ok
    case .jobEnded: job?.isGood == true ? .ok : .warn
    }
  }

  var icon: Icon {
    switch item.kind {
    case .stopped: .stop
    case .needsReconnect, .damaged, .needsSite: .warning
    case .failing: .cross
    case .secretEnds, .keyEnds, .serviceKeyEnds: .clock
    case .recovered, .sentAgain: .check
    case .dropped: .warning
    case .jobEnded: job?.isGood == true ? .check : .warning
    }
  }

  private var job: RetryJobWords? { item.job.map { RetryJobWords(job: $0) } }

  var sentence: HTML {
    let time = TimeText(moment: item.at, form: .minute, now: shell.now).html
    switch item.kind {
    case .stopped:
      let stopped: HTML = "“\(item.name)” was stopped on \(time)"
      return switch item.reason {
      case .gone: "\(stopped): your system answered 410, gone for good."
      case .damaged: "\(stopped): our copy of what we sign or send with is damaged."
      case .failing, .user, nil:
        "\(stopped) after \(Words.length(shell.site.disableAfter)) of failures."
      }
    case .needsReconnect: return "\(item.name) stopped accepting our access on \(time)."
    case .damaged: return "Our copy of the access to \(item.name) is damaged, since \(time)."
    case .needsSite:
      return "\(item.name) waits for you to choose a site, since \(time)."
    case .failing:
      let stop = TimeText(
        moment: item.at.advanced(by: shell.site.disableAfter), form: .minute, now: shell.now)
      return "“\(item.name)” is failing. We stop sending on \(stop.html) if it goes on."
    case .secretEnds: return "The old signing secret of “\(item.name)” ends on \(time)."
    case .keyEnds: return "The API key “\(item.name)” ends on \(time)."
    case .serviceKeyEnds: return "The service key “\(item.name)” ends on \(time)."
    case .recovered: return "“\(item.name)” delivers again since \(time)."
    case .sentAgain:
      return "An administrator had \(count) of “\(item.name)” sent again on \(time)."
    case .dropped:
      return "An administrator gave up \(count) of “\(item.name)” on \(time): no more tries."
    case .jobEnded:
      guard let job else { return HTML() }
      return "\(job.title) of “\(item.name)” ended on \(time). \(job.state)."
    }
  }

  private var count: String {
    let number = item.count ?? 0
    return "\(Words.number(number)) failed \(number == 1 ? "delivery" : "deliveries")"
  }

  /// Named so that each is told from the others.
  var link: HTML {
    let (route, label): (Route, String) =
      switch item.kind {
      case .stopped: (.webhook(Webhook.ID(item.subject)), "Fix it")
      case .needsReconnect, .damaged: (item.app.map { .app($0) } ?? .apps(), "Reconnect")
      case .needsSite: (item.app.map { .appSite($0) } ?? .apps(), "Choose a site")
      case .failing: (.webhook(Webhook.ID(item.subject)), "See why")
      case .secretEnds, .recovered, .sentAgain, .dropped:
        (.webhook(Webhook.ID(item.subject)), "See")
      case .keyEnds: (.apiKeys(), "See keys")
      case .jobEnded:
        (item.job.map { .retryJob($0.id, of: $0.webhookID) } ?? .attention, "See the result")
      case .serviceKeyEnds: (.admin(.keys(.list())), "See service keys")
      }
    return """
      <a class="button plain small" href="\(shell.links(route))">\(label)\
      <span class="unseen"> \(item.name)</span></a>
      """
  }

  func row(canHide: Bool) -> HTML {
    """
    <li class="\(tone.rawValue)">\(icon)<p>\(sentence)</p><div class="go">\(link)\
    \(canHide ? hide : nil)</div></li>

    """
  }

  private var hide: HTML? {
    item.notice.map { notice in
      """
      <form method="post" action="\(shell.links(.attention))">\(shell.tokenField)\
      <button class="button quiet small" name="\(item.job == nil ? "notice" : "job")" \
      value="\(notice.description)">Hide<span class="unseen"> \(item.name)</span></button></form>
      """
    }
  }
}

/// Above the content of every page: what somebody should know. One alone is a line; several fold.
struct AttentionBanner {
  let shell: Shell
  /// What the page itself is about, and so says.
  let subject: UUID?

  private var items: [AttentionItem] { shell.attention.items.filter { $0.subject != subject } }

  func render() -> HTML {
    let lines = items.map { AttentionWords(item: $0, shell: shell).row(canHide: false) }
    let count = lines.count + (worker.isEmpty ? 0 : 1)
    guard count > 0 else { return HTML() }
    let list: HTML = "<ul class=\"plain\">\(worker)\(lines)</ul>"
    let folded: HTML = """
      <details><summary>\(Icon.warning)<h2 id="attention-heading">\(count) things need attention</h2>\
      \(Icon.chevronDown)</summary>\(list)</details>
      """
    let single: HTML = "<h2 id=\"attention-heading\" class=\"unseen\">Needs attention</h2>\(list)"
    return """
      <section class="attention" aria-labelledby="attention-heading">\(count > 1 ? folded : single)\
      </section>

      """
  }

  private var worker: HTML {
    WorkerWords(seenAt: shell.attention.workerSeenAt, now: shell.now).row
  }
}

/// Where no worker has been there for a while, nothing is sent: that is nobody's endpoint's fault.
struct WorkerWords {
  let seenAt: Timestamp?
  let now: Timestamp

  var row: HTML {
    guard let seenAt, DeliveryService.isSilent(seenAt, now: now) else { return HTML() }
    let time = TimeText(moment: seenAt, form: .second, now: now).html
    return """
      <li class="warn">\(Icon.warning)<p>Nothing is being sent just now: the delivery worker last ran on \
      \(time). That is our side, not your endpoints. Events are kept and go out when it is back.</p></li>

      """
  }

  /// Always there on the list of webhooks, so that its absence tells nobody anything.
  var line: HTML {
    guard let seenAt else { return "<p class=\"sub\">The delivery worker has not run yet</p>" }
    return "<p class=\"sub\">Delivery worker last ran \(Self.ago(seenAt, now: now))</p>"
  }

  /// `12 s ago`
  static func ago(_ moment: Timestamp, now: Timestamp) -> HTML {
    let seconds = max(1, Int(now.seconds - moment.seconds))
    return """
      <time datetime="\(moment.rfc3339)">\(Words.shortLength(seconds: seconds)) ago</time>
      """
  }
}

/// Everything that a person should know.
struct AttentionPage {
  let shell: Shell

  func render() -> HTML {
    let worker = WorkerWords(seenAt: shell.attention.workerSeenAt, now: shell.now).row
    let rows = shell.attention.items.map {
      AttentionWords(item: $0, shell: shell).row(canHide: true)
    }
    let empty: HTML = "<div class=\"blank\"><p>Nothing needs attention.</p></div>"
    let list: HTML = "<ul class=\"plain\">\(worker)\(rows)</ul>"
    return Frame(
      title: "Needs attention", section: .attention,
      content: """
        \(PageHead(
          heading: "Needs attention",
          lede: "What is stopped, failing, about to end, or done. It leaves when its cause is gone."
        ).render())
        <div class="card attention">\(rows.isEmpty && worker.isEmpty ? empty : list)</div>
        """
    ).render(in: shell)
  }
}
