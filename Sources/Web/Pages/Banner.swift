import Domain

/// One sentence above everything else of a page: what has just been done. The script takes the note
/// out of the address, so that it is not said again.
struct Banner {
  let sentence: String
  var action: HTML?

  func render() -> HTML {
    """
    <div class="notice ok" role="status" data-banner>\(Icon.check)
    <div><p><b>\(sentence)</b></p></div>\(action)</div>

    """
  }
}

/// Takes the last change of a webhook's events back.
struct UndoForm {
  let shell: Shell
  let webhook: Webhook
  let undo: EventsUndo

  func render() -> HTML {
    """
    <form method="post" action="\(shell.links(.webhookEvents(webhook.id)))">\(shell.tokenField)\
    <button class="button plain small" name="undo" value="\(undo.id.description)">Undo</button></form>
    """
  }
}
