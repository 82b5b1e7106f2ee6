import Domain

/// The switch of a paused webhook, as one button.
struct ResumeButton {
  let shell: Shell
  let webhook: Webhook.ID

  func render() -> HTML {
    """
    <form method="post" action="\(shell.links(.webhook(webhook)))/active" novalidate>\
    \(shell.tokenField)<input type="hidden" name="active" value="1">\
    <button class="button primary">Resume</button></form>
    """
  }
}
