import Domain

/// The document around the content of a page.
struct Frame {
  /// What stands before the name of the area and of the product.
  let title: String
  /// A form came back with something to mend.
  var hasErrors = false
  /// Where in the navigation this page belongs.
  var section: Section?
  /// What the page is about: of that the banner says nothing.
  var subject: UUID?
  let content: HTML

  /// For somebody who is signed in: header, navigation, content, help.
  func render(in shell: Shell) -> HTML {
    document(
      shell.site,
      """
      <a class="skip" href="#main">Skip to main content</a>
      \(header(shell))
      <div class="frame">
      \(Navigation(current: section, shell: shell).render())
      <div class="page">
      <main id="main" tabindex="-1">
      \(banner(shell))\(content)
      </main>
      \(footer(shell.links))
      </div>
      </div>
      """)
  }

  /// Never beside the summary of a form that came back, and not on the page that says all of it.
  private func banner(_ shell: Shell) -> HTML {
    hasErrors || section == .attention
      ? HTML() : AttentionBanner(shell: shell, subject: subject).render()
  }

  /// A page outside of the area: a card, alone before a drawing.
  func renderAlone(on site: Site) -> HTML {
    document(
      site,
      """
      <a class="skip" href="#main">Skip to main content</a>
      <div class="alone">
      \(Drawing.cables)
      <main id="main" tabindex="-1" class="card">
      <p class="brand">\(Drawing.mark)<span>\(Brand.name)</span></p>
      \(content)
      </main>
      </div>
      """)
  }

  private func document(_ site: Site, _ body: HTML) -> HTML {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <title>\(hasErrors ? "Error: " : "")\(title) – Integrations – \(Brand.name)</title>
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <link rel="icon" type="image/svg+xml" href="\(site.links.asset("favicon.svg"))">
    <link rel="stylesheet" href="\(site.links.asset("patchbay.css"))">
    <script src="\(site.links.asset("patchbay.js"))" defer></script>
    </head>
    <body>
    \(Icon.sheet)
    \(body)
    <div id="say" role="status"></div>
    <div id="alarm" role="alert"></div>
    </body>
    </html>

    """
  }

  private func header(_ shell: Shell) -> HTML {
    """
    <header class="top">
    <a class="brand" href="\(shell.links(.root))">\(Drawing.mark)<span>\(Brand.name)</span></a>
    <span class="area">Settings</span>
    <a class="who" href="\(shell.links(.account(.show)))">\(Icon.user)\
    <span class="unseen">Your account: </span><span>\(shell.email)</span></a>
    \(signOut(shell))
    </header>
    """
  }

  private func signOut(_ shell: Shell) -> HTML {
    guard shell.site.hasSignOut else { return HTML() }
    return """
      <form method="post" action="\(shell.links(.signOut))">\(shell.tokenField)\
      <button class="button quiet small">Sign out</button></form>
      """
  }

  private func footer(_ links: Links) -> HTML {
    """
    <footer class="help">
    <span>Help</span> <a href="\(links(.events))">Event reference</a>
    </footer>
    """
  }
}
