import Domain

/// What can happen: every event type, under its heading, and what each request carries.
struct EventsPage {
  let shell: Shell
  let types: [EventType]

  func render() -> HTML {
    Frame(
      title: "Events", section: .events,
      content: """
        \(PageHead(
          heading: "Events", lede: "What can happen, and what your system is told about it."
        ).render())
        \(types.grouped.map(group))
        \(Self.request)
        """
    ).render(in: shell)
  }

  private func group(_ group: (heading: String, types: [EventType])) -> HTML {
    """
    <section class="card catalog"><div class="bar"><h2>\(group.heading)</h2></div>
    <ul class="types plain">
    \(group.types.map { type in
      """
      <li><a href="\(shell.links(.event(type.name)))"><code>\(type.name)</code></a> \
      <span>\(type.description)</span>\(type.isRetired ? EventTypePage.retired.inList : nil)</li>

      """
    })</ul></section>

    """
  }

  private static let request: HTML = """
    <section class="card catalog"><div class="bar"><h2>Every request</h2></div>
    <div class="part">
    <p>A POST over HTTPS. Its body is JSON with the members <code>type</code>, \
    <code>timestamp</code> and <code>data</code>. Any answer from 200 to 299 means that you have \
    it; after any other we try again. An event may arrive more than once.</p>
    <dl class="headers wide">
    <div><dt>webhook-id</dt><dd>The event’s id, the same in every attempt: what you have seen \
    before you can ignore.</dd></div>
    <div><dt>webhook-timestamp</dt><dd>When this attempt was sent, in seconds since 1970.</dd></div>
    <div><dt>webhook-signature</dt><dd><code>v1,</code> and the base64 of HMAC-SHA-256 over id, \
    timestamp and body, joined by dots. While two secrets are in use there are two, with a space \
    between.</dd></div>
    <div><dt>content-type</dt><dd><code>application/json</code></dd></div>
    </dl></div></section>
    """
}

/// One event type: what it means and what its request looks like.
struct EventTypePage {
  let shell: Shell
  let type: EventType

  static let retired = Tag(tone: .neutral, icon: .minus, word: "Retired")

  func render() -> HTML {
    Frame(
      title: type.name, section: .events,
      content: """
        \(PageHead(
          back: (shell.links(.events), "Events"), heading: "<code>\(type.name)</code>",
          tag: type.isRetired ? Self.retired : nil, lede: HTML(type.description + ".")
        ).render())
        \(type.isRetired ? retiredNote : nil)
        <section class="card"><div class="bar"><h2>Sample</h2>\
        \(CodeBlock.copyButton(of: "sample", "sample"))</div>
        <div class="part">\
        \(CodeBlock(id: "sample", label: "Sample of \(type.name)", text: sample).render())</div>
        </section>
        """
    ).render(in: shell)
  }

  private var retiredNote: HTML {
    Notice(
      tone: .neutral, title: "New webhooks cannot choose this event",
      text: "Those that chose it before still get it."
    ).render()
  }

  /// As it arrives: with what is around `data`.
  private var sample: String {
    let body = Event.body(
      type: type.name, timestamp: Timestamp(seconds: 1_795_510_930), data: Array(type.example.utf8))
    return JSONText.indented(body)
  }
}
