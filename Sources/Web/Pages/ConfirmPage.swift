/// A page that asks before something is done. The script shows its form in a dialog where a link
/// with `data-confirm-link` leads to it; so its ids must not be those of other pages.
struct ConfirmPage {
  let shell: Shell
  var section = Section.webhooks
  let back: (link: String, label: String)
  /// The question, with the name of what it is about.
  let title: String
  /// What comes of it: one paragraph.
  let text: HTML
  /// What is asked for besides.
  var fields = HTML()
  let action: Route
  /// The way out, which changes nothing: "Keep webhook".
  let keep: String
  let button: String
  /// The button's words while the form is on its way: "Deleting…".
  let busy: String
  var isDestructive = true
  var errors = FormErrors(list: [])

  func render() -> HTML {
    Frame(
      title: title, hasErrors: !errors.list.isEmpty, section: section,
      content: """
        \(PageHead(back: back, errors: errors, heading: HTML(title)).render())
        <form class="card confirm" method="post" action="\(shell.links(action))" novalidate \
        data-confirm data-busy="\(busy)">
        \(shell.tokenField)
        <div class="part"><p data-text>\(text)</p>\(fields)</div>
        <div class="part foot"><a class="button plain" href="\(back.link)" data-keep>\(keep)</a> \
        <button class="button \(isDestructive ? "danger" : "primary")" data-act>\(button)\
        </button></div>
        </form>
        """
    ).render(in: shell)
  }
}
