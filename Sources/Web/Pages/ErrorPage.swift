/// A page instead of the one that was asked for. It tells no detail of what happened inside.
struct ErrorPage {
  let status: Int
  /// What a person can name to us; it is in our log as well. Shown where we are at fault.
  let reference: String
  let site: Site
  /// Of who is signed in, where that is known.
  var shell: Shell?
  var secondsToWait: Int?
  /// A field that is there twice, so that nobody can say which of them counts.
  var repeated: String?

  func render() -> HTML {
    let words = Self.words(status)
    let frame = Frame(
      title: words.heading,
      content: """
        <h1>\(words.heading)</h1>
        <p class="lede">\(words.text)</p>
        \(repeated.map { "<p>The field <code>\($0)</code> is there twice.</p>" as HTML })\(wait)\(referenceLine)
        <p class="buttons"><a class="button primary" href="\(site.links(.root))">Go to \
        \(Brand.name)</a></p>
        """)
    return shell.map { frame.render(in: $0) } ?? frame.renderAlone(on: site)
  }

  private var wait: HTML {
    guard let secondsToWait else { return HTML() }
    return "<p>Try again in \(Words.count(max(1, secondsToWait), "second")).</p>"
  }

  private var referenceLine: HTML {
    guard status >= 500, !reference.isEmpty else { return HTML() }
    return "<p class=\"sub\">Reference <code>\(reference)</code></p>"
  }

  private static func words(_ status: Int) -> (heading: String, text: String) {
    switch status {
    case 400:
      (
        "We can’t read this request",
        "Nothing was changed. Go back, load the page anew and try again."
      )
    case 401:
      ("You’ve been signed out", "Nothing was saved. Sign in in a new tab, then try again.")
    case 403:
      (
        "This form is no longer valid",
        "Nothing was saved. Go back, load the page anew and send the form again."
      )
    case 404:
      ("We can’t find that page", "Check the address. What it led to may have been deleted.")
    case 405:
      ("That can’t be done here", "Nothing was changed. Start again from the page’s buttons.")
    case 409:
      (
        "Somebody changed this in the meantime",
        "Nothing was saved. Go back, load the page anew and make your change again."
      )
    case 413: ("That is too much", "Nothing was saved. A form may have up to 1 MiB.")
    case 415: ("We can’t read this kind of form", "Nothing was saved.")
    case 429: ("Too many tries", "Nothing was saved. Wait a little, then try again.")
    case 503:
      (
        "We can’t answer just now",
        "Nothing was saved. This passes by itself, most often within a minute."
      )
    default:
      (
        "Something went wrong on our side",
        "What you sent may not have been saved. Look before you send it again."
      )
    }
  }
}
