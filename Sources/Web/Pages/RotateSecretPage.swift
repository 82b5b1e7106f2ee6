import Domain

/// Asks how a new secret is to take the place of the one in use.
struct RotateSecretPage {
  struct Answers {
    var overlap = Overlap.standard
    var scheme = Webhook.SignatureScheme.v1
    /// The secret itself never comes back to a page.
    var usesOwnSecret = false
    var endsOlder = false
  }

  let shell: Shell
  let webhook: Webhook
  /// Those in use, the newest first.
  let secrets: [SecretFacts]
  /// Says that two submissions are one.
  let formID: String
  var answers: Answers
  /// The one in use does not open, so it signs nothing and cannot sign along.
  var isDamaged = false
  var errors: [FieldError] = []

  func render() -> HTML {
    let errors = FormErrors(
      list: errors,
      targets: [
        "overlap": Self.id(of: Overlap.choices[0]), "secret_source": "secret_source-made",
        "signature": "signature-v1",
      ])
    return ConfirmPage(
      shell: shell, back: (shell.links(.webhook(webhook.id)), webhook.name),
      title: "Make a new signing secret for “\(webhook.name)”?",
      text: isDamaged
        ? """
        Our copy of the old one is damaged, so nothing can be signed with it any more. From now on \
        every request is signed with the new one alone: your system needs it before you resume.
        """
        : """
        From now on every request is signed with the new one. While the old one keeps working, it \
        is signed with both.
        """,
      fields: """
        <input type="hidden" name="form_id" value="\(formID)">
        \(older(errors))\(isDamaged ? Self.noOverlap : overlaps(errors))\(more(errors))
        """,
      action: .rotateSecret(webhook.id), keep: "Keep current secret", button: "Make new secret",
      busy: "Making…", isDestructive: false, errors: errors
    ).render()
  }

  private func older(_ errors: FormErrors) -> HTML {
    guard secrets.count > 1, let older = secrets.last, let end = older.expiresAt else {
      return HTML()
    }
    let time = TimeText(moment: end, form: .minute, now: shell.now).html
    return """
      <p><b>The old secret (\(older.lastFour)) still works until \(time). Making another ends it \
      now.</b></p>
      \(errors.message(for: "end_older"))
      <p class="tick"><input type="checkbox" id="end_older" name="end_older" value="1"\
      \(HTML.flag("checked", when: answers.endsOlder))\
      \(errors.ties(for: "end_older", hasHint: false))>\
      <label for="end_older">End \(older.lastFour) now</label></p>
      """
  }

  private func overlaps(_ errors: FormErrors) -> HTML {
    """
    <fieldset class="options"><legend>Keep the old secret \
    \(secrets.first.map { "(\($0.lastFour)) " as HTML })working for</legend>
    \(errors.message(for: "overlap"))
    \(Overlap.choices.map(overlap))</fieldset>
    """
  }

  private static let noOverlap: HTML = """
    <input type="hidden" name="overlap" value="\(Interval.zero.description)">
    """

  private static func id(of overlap: Interval) -> String { "overlap-\(overlap)" }

  private func overlap(_ length: Interval) -> HTML {
    let id = Self.id(of: length)
    let words: HTML =
      length == .zero
      ? "0 – stop it now"
      : """
      \(Self.words(length)), <span class="sub">until \
      \(TimeText(moment: shell.now.advanced(by: length), form: .minute, now: shell.now).html)</span>
      """
    let hint: HTML? =
      length == .zero
      ? """
      <span class="sub" id="\(id)-hint">Requests will fail at your end until you switch</span>
      """ : nil
    let tie = HTML.attribute("aria-describedby", length == .zero ? "\(id)-hint" : nil)
    return """
      <p class="tick"><input type="radio" id="\(id)" name="overlap" value="\(length.description)"\
      \(HTML.flag("checked", when: length == answers.overlap))\(tie)>\
      <label for="\(id)">\(words)</label>\(hint)</p>

      """
  }

  private static func words(_ length: Interval) -> String {
    length.seconds == 3_600 ? "1 hour" : Words.length(length)
  }

  private func more(_ errors: FormErrors) -> HTML {
    let isOpen =
      answers.usesOwnSecret || answers.scheme != webhook.signature
      || ["secret", "secret_source", "signature"].contains { errors[$0] != nil }
    return """
      <details class="more"\(HTML.flag("open", when: isOpen))>\
      <summary>\(Icon.chevronDown)More options</summary>
      \(SignatureChoice(chosen: answers.scheme).render(errors))
      \(OwnSecret(
        legend: "Secret", made: "A new one, shown once", isOwn: answers.usesOwnSecret
      ).render(errors))
      </details>
      """
  }
}
