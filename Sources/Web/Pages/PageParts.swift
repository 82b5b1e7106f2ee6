/// The top of a page: the way back, what is wrong, the heading and what can be done.
struct PageHead {
  var back: (link: String, label: String)?
  var errors: FormErrors?
  let heading: HTML
  var tag: Tag?
  /// The line under the heading.
  var lede: HTML?
  var actions: HTML?

  func render() -> HTML {
    """
    \(back.map { back in
      """
      <p class="back"><a href="\(back.link)">\(Icon.chevronLeft)\
      <span class="unseen">Back to </span>\(back.label)</a></p>
      """
    })
    \(errors?.summary)
    <div class="head"><div>
    <div class="title"><h1>\(heading)</h1>\(tag.map { "<span data-part=\"state\">\($0.html)</span>" })</div>
    \(lede.map { "<div class=\"lede\">\($0)</div>" })
    </div>\(actions.map { "<div class=\"actions\">\($0)</div>" })</div>
    """
  }
}

/// Something the reader should know, above what it is about.
struct Notice {
  let tone: Tag.Tone
  let title: HTML
  var text: HTML?
  var action: HTML?

  func render() -> HTML {
    """
    <div class="notice \(tone.rawValue)">\(icon)
    <div><p><b>\(title)</b></p>\(text.map { "<p>\($0)</p>" })</div>\(action)</div>

    """
  }

  private var icon: Icon {
    switch tone {
    case .ok: .check
    case .warn, .bad: .warning
    case .info, .neutral: .info
    }
  }
}

/// Bytes or text to be read and copied, never run.
struct CodeBlock {
  let id: String
  /// What it is, for who cannot see the heading above it.
  let label: String
  let text: String

  func render() -> HTML {
    """
    <pre id="\(id)" tabindex="0" role="region" aria-label="\(label)"><code>\(text)</code></pre>
    """
  }

  /// Stays hidden until the script can do it.
  static func copyButton(of id: String, _ thing: String) -> HTML {
    """
    <button type="button" class="button quiet small" data-copy="\(id)" hidden>\(Icon.copy)\
    <span>Copy</span><span class="unseen"> \(thing)</span></button>
    """
  }
}

extension HTML {
  /// An address, with a chance for the browser to break it after each slash.
  static func breakable(_ address: String) -> HTML {
    let parts = address.split(separator: "/", omittingEmptySubsequences: false)
    var html = HTML()
    for (position, part) in parts.enumerated() {
      html += HTML(String(part))
      guard position < parts.count - 1 else { break }
      // Not between the slashes of `https://`.
      html += parts[position + 1].isEmpty ? "/" : "/<wbr>"
    }
    return html
  }
}

extension String {
  /// An address as lists show it: its query may hold a secret.
  var withoutQuery: String {
    String(prefix { $0 != "?" })
  }
}
