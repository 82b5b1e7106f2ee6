import Domain

/// Whether a webhook sends: a switch that saves at once.
///
/// Fields, beside `csrf`: `active`, `1` or `0`, which the button brings, and `from`, `list` where the
/// answer is to lead back to the list.
struct ActiveSwitch {
  let shell: Shell
  let webhook: Webhook
  let isInList: Bool

  func render() -> HTML {
    let isOn = webhook.status.isActive
    return """
      <form class="switching" method="post" action="\(shell.links(.webhookActive(webhook.id)))" \
      data-switch>\(shell.tokenField)\(isInList ? Self.fromList : nil)\
      <button class="switch" role="switch" aria-checked="\(isOn ? "true" : "false")" \
      name="active" value="\(isOn ? "0" : "1")"\
      \(HTML.attribute("aria-label", isInList ? "Active: \(webhook.name)" : nil))><span class="track">\(Icon.check)</span>\
      <span>Active</span></button><p class="saved" role="status"></p></form>
      """
  }

  static let fromList: HTML = "<input type=\"hidden\" name=\"from\" value=\"list\">"
}

/// The way back from any pause.
struct ResumeButton {
  let shell: Shell
  let webhook: Webhook
  var isInList = false

  func render() -> HTML {
    """
    <form method="post" action="\(shell.links(.webhookActive(webhook.id)))">\(shell.tokenField)\
    \(isInList ? ActiveSwitch.fromList : nil)\
    <button class="button plain small" name="active" value="1">Resume\
    \(isInList ? "<span class=\"unseen\"> \(webhook.name)</span>" : nil)</button></form>
    """
  }
}
