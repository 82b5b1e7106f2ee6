import Domain
import Store

/// Asks an administrator whether everybody is to be disconnected from an app.
struct EndEveryonePage {
  let shell: Shell
  let app: App
  let connections: BoundedCount
  var errors: [FieldError] = []

  func render() -> HTML {
    let formErrors = FormErrors(list: errors)
    return ConfirmPage(
      shell: shell, section: .adminApps, back: (shell.links(.admin(.app(app.id))), app.name),
      title: "Disconnect everyone from \(app.name)?",
      text: """
        This ends \(Words.count(connections, "connection", "connections") as String) of \(app.name) \
        at once: what needs \(app.name) stops for these people until each connects it again. \
        \(atProvider) This cannot be undone.
        """,
      fields: """
        <div class="field">\(formErrors.message(for: "understood"))<p class="check"><input \
        type="checkbox" id="understood" name="understood" value="on"\(formErrors.ties(
          for: "understood", hasHint: false))> <label for="understood">I understand</label></p></div>
        """,
      action: .admin(.endApp(app.id)), keep: "Keep them",
      button: "Disconnect everyone from \(app.name)",
      busy: "Disconnecting…", errors: formErrors
    ).render()
  }

  private var atProvider: String {
    guard let provider = app.provider else {
      return "The keys stay good at \(app.name) until their owners take them back there."
    }
    return provider.addresses.revocation == nil
      ? "\(app.name) has no way for us to cancel the access there."
      : "\(app.name) is asked to cancel each access, one after the other."
  }
}

/// What came of it.
struct EndedAllWords {
  let app: App
  let ended: EndedAll
  let now: Timestamp

  var notice: HTML {
    let time = TimeText(moment: ended.at, form: .minute, now: now).html
    if !ended.left.isNone {
      let left = Words.count(ended.left, "connection", "connections")
      return Notice(
        tone: .info, title: "Everyone is being disconnected from \(app.name)",
        text: """
          Since \(time) nobody is handed access any more; \(left) still to be given back there. \
          \(outcomes)
          """
      ).render()
    }
    return Notice(
      tone: .info, title: "Everyone was disconnected from \(app.name)",
      text: "Begun on \(time). \(outcomes)"
    ).render()
  }

  private var outcomes: HTML {
    guard !ended.outcomes.isEmpty else { return HTML() }
    return HTML(
      "Of the access given back since then, "
        + ended.outcomes.map { "\(Words.number($0.count)) \(word($0.outcome))" }
        .joined(separator: ", ") + ".")
  }

  private func word(_ outcome: RevocationOutcome?) -> String {
    switch outcome {
    case nil: "waiting for \(app.name) to confirm"
    case .confirmed: "cancelled"
    case .alreadyGone: "cancelled before"
    case .bestEffort: "given back, as far as \(app.name) tells"
    case .sharedKept: "kept for another app"
    case .unsupported: "deleted here alone"
    case .gaveUp: "never confirmed"
    case .unreadable: "could not be asked for, our copy being damaged"
    }
  }
}
