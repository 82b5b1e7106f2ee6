/// The words of an e-mail about a webhook. Plain text; no secret, and no query of an address, which may
/// hold one.
package struct NoticeMail: Sendable {
  package enum Kind: String, Sendable {
    case failing, stopping, stopped, recovered
  }

  let kind: Kind
  let webhook: Webhook.ID
  let name: String
  let endpointURL: String
  /// When the failing began, or when it was stopped.
  let since: Timestamp
  let reason: Webhook.PauseReason?
  let rules: NoticeRules
  /// The public URL with the prefix, for a link; nil where it is not known.
  let base: String?

  package init(
    kind: Kind, webhook: Webhook.ID, name: String, endpointURL: String, since: Timestamp,
    reason: Webhook.PauseReason?, rules: NoticeRules, base: String?
  ) {
    self.kind = kind
    self.webhook = webhook
    self.name = name
    self.endpointURL = endpointURL
    self.since = since
    self.reason = reason
    self.rules = rules
    self.base = base
  }

  /// One line.
  package var subject: String {
    switch kind {
    case .failing: "Webhook “\(oneLine)” is failing"
    case .stopping: "Webhook “\(oneLine)” will be stopped soon"
    case .stopped: "Webhook “\(oneLine)” was stopped"
    case .recovered: "Webhook “\(oneLine)” delivers again"
    }
  }

  package var body: String {
    let address = String(endpointURL.prefix { $0 != "?" })
    let link = base.map { "\n\($0)/webhooks/\(webhook)\n" } ?? ""
    return """
      \(sentence)

      Webhook: \(oneLine)
      Address: \(address)
      \(link)
      You get this mail because the webhook is yours.

      """
  }

  private var sentence: String {
    let stop = minute(rules.stop(failingSince: since))
    return switch (kind, reason) {
    case (.failing, _):
      "Every delivery has failed since \(minute(since)). If this goes on we stop sending on \(stop)."
    case (.stopping, _):
      "Every delivery has failed since \(minute(since)). If this goes on we stop sending on \(stop), "
        + "and keep new events until you resume the webhook."
    case (.stopped, .gone?):
      "Your system answered 410, gone for good, so we stopped sending on \(minute(since)). New events "
        + "are kept until you resume the webhook."
    case (.stopped, .damaged?):
      "What we keep sealed for it, its signing secret or the value of a header, is damaged and cannot "
        + "be read any more, so we stopped sending on \(minute(since)). That is our fault, not yours. "
        + "Nothing is lost: what waited is kept, and so are new events. On the webhook's page, make a "
        + "new signing secret or enter the header's value again, resume the webhook, and send what "
        + "was missed."
    case (.stopped, _):
      "Every delivery failed for too long, so we stopped sending on \(minute(since)). New events are "
        + "kept until you resume the webhook."
    case (.recovered, _):
      "It had failed since \(minute(since)), and delivers again."
    }
  }

  private var oneLine: String { name.oneLine }

  private func minute(_ moment: Timestamp) -> String { moment.minuteText }
}

extension String {
  /// Without what could end a line.
  var oneLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map { $0.value < 0x20 || $0.properties.isWhitespace ? " " : $0 }))
  }
}

extension Timestamp {
  /// `2026-11-24 14:05 UTC`
  var minuteText: String {
    let text = rfc3339
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(5)) UTC"
  }
}
