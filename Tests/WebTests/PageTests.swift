import Domain
import Testing

@testable import Web

/// What holds for every page in every state.
struct PageTests {
  @Test(arguments: SamplePages().all)
  func `a page is well formed and has one heading and its title`(_ sample: SamplePages.Sample)
    throws
  {
    let page = try Markup(sample.html.bytes)

    #expect(page.elements("h1").count == 1)
    #expect(page.elements("main").count == 1)
    #expect(page.text(of: "title").hasSuffix(" – Integrations – Patchbay"))
    let hasSummary = page.tags.contains { $0.attributes["data-summary"] != nil }
    #expect(!hasSummary || page.text(of: "title").hasPrefix("Error: "))
  }

  @Test(arguments: SamplePages().all)
  func `nothing in a page needs what its policy forbids`(_ sample: SamplePages.Sample) throws {
    let page = try Markup(sample.html.bytes)

    for tag in page.tags {
      #expect(!tag.attributeNames.contains { $0 == "style" || $0.hasPrefix("on") })
      #expect(tag.name != "style" && tag.name != "iframe" && tag.name != "base")
    }
    #expect(page.elements("script").allSatisfy { $0.attributes["src"] != nil })
    #expect(page.elements("script").count == 1)
  }

  @Test(arguments: SamplePages().all)
  func `each form has its method and, to post, its token`(_ sample: SamplePages.Sample) throws {
    let page = try Markup(sample.html.bytes)

    var form: Markup.Tag?
    var hasToken = false
    for tag in page.tags {
      if tag.name == "form" {
        if let form, tag.isClosing, form.attributes["method"] == "post" { #expect(hasToken) }
        form = tag.isClosing ? nil : tag
        hasToken = false
        if !tag.isClosing { #expect(["get", "post"].contains(tag.attributes["method"])) }
      }
      if tag.name == "input", tag.attributes["name"] == "csrf" {
        #expect(tag.attributes["value"] == "00ff")
        hasToken = true
      }
    }
  }

  @Test(arguments: SamplePages().all)
  func `every link and form leads to one of our addresses`(_ sample: SamplePages.Sample) throws {
    let page = try Markup(sample.html.bytes)

    for tag in page.elements("a") + page.elements("form") {
      // A provider's own page says so, and is one of theirs.
      if tag.attributes["rel"] == "external noreferrer" {
        #expect(tag.name == "a" && tag.attributes["href"]?.hasPrefix("https://") == true)
        continue
      }
      let address = tag.attributes["href"] ?? tag.attributes["action"] ?? ""
      let parts = address.split(separator: "#", omittingEmptySubsequences: false)
      if !parts[0].isEmpty { #expect(SamplePages.links.route(at: String(parts[0])) != nil) }
      if parts.count > 1, parts[0].isEmpty { #expect(page.ids.contains(String(parts[1]))) }
    }
  }

  @Test(arguments: SamplePages().all)
  func `ids are there once and everything that names one finds it`(_ sample: SamplePages.Sample)
    throws
  {
    let page = try Markup(sample.html.bytes)

    #expect(Set(page.ids).count == page.ids.count)
    let names = [
      "for", "aria-describedby", "aria-labelledby", "aria-controls", "data-copy", "data-reveal",
      "data-only-when",
    ]
    for tag in page.tags {
      for name in names {
        for id in (tag.attributes[name] ?? "").split(separator: " ") {
          #expect(page.ids.contains(String(id)))
        }
      }
      if tag.name == "use" { #expect(page.ids.contains { "#" + $0 == tag.attributes["href"] }) }
    }
  }

  /// A choice between two literals is text, not HTML, where neither is said to be.
  @Test(arguments: SamplePages().all)
  func `no markup of ours is shown as text`(_ sample: SamplePages.Sample) throws {
    let page = try Markup(sample.html.bytes)

    #expect(page.texts.filter { $0.contains("</") || $0.contains("class=\"") } == [])
  }

  @Test(arguments: SamplePages().all)
  func `the places for announcements are there and empty`(_ sample: SamplePages.Sample) {
    let text = String(decoding: sample.html.bytes, as: UTF8.self)

    #expect(text.contains("<div id=\"say\" role=\"status\"></div>"))
    #expect(text.contains("<div id=\"alarm\" role=\"alert\"></div>"))
  }

  @Test(arguments: hostileTexts.prefix(8))
  func `what others say never changes the markup of a page`(_ hostile: String) throws {
    let plain = SamplePages(text: { "x" + $0 }).all
    let attacked = SamplePages(text: { hostile + $0 }).all

    for (before, after) in zip(plain, attacked) {
      #expect(try skeleton(before.html) == skeleton(after.html), "\(before.name)")
    }
  }

  /// Names of tags and of attributes, without the breaks that an address gets after each slash.
  private func skeleton(_ html: HTML) throws -> [String] {
    try Markup(html.bytes).tags.filter { $0.name != "wbr" }.map {
      "\($0.isClosing ? "/" : "")\($0.name) \($0.attributeNames.joined(separator: " "))"
    }
  }

  @Test func `a secret stands in its field and nowhere else`() throws {
    let page = SecretPage(
      shell: SamplePages().shell, webhookID: SamplePages().hook(.active).id, webhookName: "n",
      secret: .shown("whsec_MfKQ9r8G"))

    let text = String(decoding: page.render().bytes, as: UTF8.self)
    #expect(text.split(separator: "whsec_MfKQ9r8G", omittingEmptySubsequences: false).count == 2)
    #expect(text.contains("value=\"whsec_MfKQ9r8G\""))
  }

  @Test func `a list shows an address without its query`() throws {
    let row = WebhooksPage.Row(webhook: SamplePages().hook(.active), health: nil)

    let page = WebhooksPage(shell: SamplePages().shell, rows: [row]).render()
    #expect(!String(decoding: page.bytes, as: UTF8.self).contains("token=x"))
  }

  @Test func `pages promise of bodies and of the log what the configuration says`() {
    let texts = SamplePages().all.map { String(decoding: $0.html.bytes, as: UTF8.self) }
    func promises(_ start: String) -> Set<Substring> {
      Set(
        texts.flatMap { text in
          text.ranges(of: start).map { range in
            text[range.upperBound...].prefix { !".<".contains($0) }
          }
        })
    }

    #expect(promises("The body was deleted after ") == ["7 days"])
    #expect(promises("Each request and answer is kept for ") == ["7 days"])
    #expect(promises("What was sent stays on record for ") == ["90 days"])
  }

  @Test func `where the host signs people in there is no way out`() throws {
    let site = Site(
      links: SamplePages.links, schedule: SamplePages.site.schedule, retention: .zero,
      payloadRetention: .zero,
      disableAfter: .zero, webhookLimit: 1, keyLimit: 1, hasSignOut: false)

    let page = WebhooksPage(
      shell: Shell(site: site, email: "e", formToken: "t", now: SamplePages.now), rows: []
    ).render()
    #expect(try Markup(page.bytes).elements("form").isEmpty)
  }
}
