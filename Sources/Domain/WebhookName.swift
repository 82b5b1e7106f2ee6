/// What a webhook may be called.
package enum WebhookName {
  /// What is wrong with the name, as a sentence; nil when nothing is.
  package static func problem(_ name: String) -> String? {
    if name.unicodeScalars.allSatisfy({ $0.properties.isWhitespace }) { return "Enter a name." }
    // Of code points, as the column counts.
    if name.unicodeScalars.count > Webhook.nameLimit {
      return "Name must be \(Webhook.nameLimit) characters or fewer."
    }
    return OneLine.lack(name).map { "Name must be \($0)." }
  }
}
