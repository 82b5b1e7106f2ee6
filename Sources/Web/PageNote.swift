package import Domain

/// What a page says once, because something was done that led to it: a word of this list in its
/// address, `?note=deleted`, never a text. A page says it only where it is true.
package enum PageNote: String, Sendable, CaseIterable {
  case deleted
}

extension Links {
  /// The address of what is shown after something was done.
  /// - Parameter webhook: Which one it was done to, where the page shows many.
  package func callAsFunction(
    _ route: Route, note: PageNote, of webhook: Webhook.ID? = nil
  ) -> String {
    let address = self(route)
    var query = Query()
    query.append("note", note.rawValue)
    query.append("of", webhook?.description)
    return address + (address.contains("?") ? "&" + query.text.dropFirst() : query.text)
  }
}

extension Context {
  var note: PageNote? { query["note"].flatMap(PageNote.init(rawValue:)) }

  /// What the note is about, where the page shows many.
  var notedWebhook: Webhook.ID? { query["of"].flatMap { Webhook.ID($0) } }
}
