import Testing
import Web

/// What people and other servers may send us.
let hostileTexts = [
  "<script>alert(1)</script>", "</title><script>", "\" onfocus=\"alert(1)\" autofocus x=\"",
  "' onfocus='alert(1)", "\"\u{301} onfocus=alert(1) autofocus z", "\"\u{FE0F}>", "<\u{301}img>",
  "'\u{200D}", "&amp;", "&#x3C;", "&lt;b&gt;", "a&b", "]]>", "<!--", "-->", "\u{0}<", "\u{1B}[31m",
  "line\r\nline\ttab", "\u{7F}", "\u{FFFE}\u{10FFFF}", "javascript:alert(1)", "\u{202E}gnp.exe",
  "🏳️‍🌈\"🏳️‍🌈", "ﷺ", "\\", "`", "{{7*7}}", "%3Cscript%3E",
]

struct HTMLTests {
  @Test(arguments: hostileTexts)
  func `interpolated text stays text, between tags and in an attribute`(_ text: String) throws {
    let html: HTML = "<p title=\"\(text)\">\(text)</p>"

    let markup = try Markup(html.bytes)
    #expect(markup.tags.map(\.name) == ["p", "p"])
    #expect(markup.tags[0].attributeNames == ["title"])
    #expect(bytes(markup.tags[0].attributes["title"] ?? "") == bytes(withoutControls(text)))
    #expect(bytes(markup.text(of: "p")) == bytes(withoutControls(text)))
  }

  @Test func `a quote is escaped whatever mark combines with it`() {
    let html: HTML = "\("\"\u{301}")"

    #expect(html.bytes == Array("&quot;\u{301}".utf8))
  }

  @Test func `literals pass as they are`() {
    let html: HTML = "<b class=\"x\">&amp;</b>"

    #expect(html.bytes == Array("<b class=\"x\">&amp;</b>".utf8))
  }

  @Test func `pieces are spliced without being escaped again`() {
    let inner: HTML = "<i>\("<")</i>"
    let none: HTML? = nil

    let html: HTML = "<b>\(inner)\(none)\([inner, inner])\(7)</b>"

    let text = String(decoding: html.bytes, as: UTF8.self)
    #expect(text == "<b><i>&lt;</i><i>&lt;</i><i>&lt;</i>7</b>")
  }

  @Test func `a literal in a map closure is markup, not text`() {
    let name: String? = "<x>"

    let html: HTML = "\(name.map { "<p>\($0)</p>" })"

    #expect(html.bytes == Array("<p>&lt;x&gt;</p>".utf8))
  }

  @Test func `an attribute without a value is not there`() {
    let html: HTML = """
      <a\(HTML.attribute("b", nil))\(HTML.attribute("c", "\""))\(HTML.flag("d", when: true))\
      \(HTML.flag("e", when: false))>
      """

    #expect(html.bytes == Array("<a c=\"&quot;\" d>".utf8))
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  private func withoutControls(_ text: String) -> String {
    var view = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      let isKept =
        scalar.value >= 0x20 && scalar.value != 0x7F || "\t\n\r".unicodeScalars.contains(scalar)
      view.append(isKept ? scalar : "\u{FFFD}")
    }
    return String(view)
  }
}
