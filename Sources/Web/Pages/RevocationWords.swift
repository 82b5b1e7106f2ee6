import Domain

/// The truth about what is left at a provider.
struct RevocationWords {
  let app: App

  func sentence(_ outcome: RevocationOutcome?) -> String {
    let name = app.name
    return switch outcome {
    case nil:
      "\(name) has not confirmed yet that our access is cancelled. We go on trying for a day."
    case .confirmed:
      ["\(name) confirmed that our access is cancelled.", app.provider?.leftover]
        .compactMap { $0 }.joined(separator: " ")
    case .alreadyGone: "\(name) had cancelled our access already."
    case .bestEffort:
      "\(name) accepted the cancellation, but does not say what it ended. To be sure, look there."
    case .sharedKept:
      "Another connection uses the same access at \(name), so it was not cancelled there."
    case .unsupported where app.provider == nil:
      "Our copy of the keys is deleted. They stay good at \(name) until you take them back there."
    case .unsupported:
      """
      Our copy of the access is deleted. \(name) offers no way for us to withdraw the consent; an \
      access token that was given out stops by itself within about 90 minutes.
      """
    case .gaveUp: "\(name) did not confirm. To be sure, remove \(Brand.name) there."
    case .unreadable:
      """
      Our copy of the access was damaged, so we could not ask \(name) to cancel it. It may go on there \
      until you remove \(Brand.name).
      """
    }
  }

  /// Where a person looks for it.
  var link: HTML {
    guard let provider = app.provider else {
      return HTML(app.credentialForm.map { "\($0.takeBack)." } ?? "")
    }
    let place = provider.accountPlace
    guard let page = provider.accountPage else {
      return "<p class=\"sub\">At \(app.name), it is under \(place).</p>"
    }
    return """
      <p class="sub">At \(app.name): <a href="\(page)" rel="external noreferrer">\(place)</a></p>
      """
  }
}
