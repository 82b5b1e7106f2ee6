import Crypto
import Domain

/// The form of the page "Add webhook", checked field by field.
struct WebhookForm {
  let formID: UUID?
  private(set) var errors: [FieldError] = []
  private(set) var name: String?
  private(set) var endpointURL: EndpointURL?
  /// The button "Tick all" or "Untick all" was pressed.
  let tick: Tick?

  enum Tick: String { case all, none }

  private var given: AddWebhookPage.Answers
  private var events: EventSelection?
  private var ownSecret: Secret?
  private let options: OptionFields
  private let allTypes: Set<String>

  /// - Throws: `Query.Malformed` when a field is there twice that may be there once.
  init(_ form: Query, types: [EventType], policy: AddressPolicy) throws(Query.Malformed) {
    allTypes = Set(types.map(\.name))
    formID = try form.formID()
    tick = try form.one("tick").flatMap(Tick.init(rawValue:))
    let chosen = Set(form.all("events"))
    options = try OptionFields(form)
    var problems: [FieldError] = []
    given = AddWebhookPage.Answers(
      name: try form.one("name")?.trimmingSpaces ?? "",
      endpointURL: try form.one("endpoint_url")?.trimmingSpaces ?? "",
      selectsAll: try form.choice(
        "selection", of: EventPicker.selections, standard: false, mend: EventPicker.mend,
        &problems),
      events: chosen.intersection(allTypes),
      usesOwnSecret: try form.choice(
        "secret_source", of: OwnSecret.sources, standard: false, mend: OwnSecret.mend, &problems),
      startsPaused: try form.choice(
        "status", of: ["active": false, "paused": true], standard: false,
        mend: "Choose whether sending starts straight away", &problems),
      scheme: try form.choice(
        "signature", of: Webhook.SignatureScheme.words, standard: .v1, mend: SignatureChoice.mend,
        &problems),
      options: options.answers)
    checkName()
    checkURL(policy)
    errors += problems
    checkEvents(hasUnknown: !chosen.isSubset(of: allTypes))
    checkSecret(try form.one("secret")?.trimmingSpaces ?? "")
    errors += options.errors
  }

  /// A button was pressed that changes the form alone.
  var isUnfinished: Bool { tick != nil || options.wantsRow }

  /// The webhook to be made; nil while something needs mending.
  func draft() throws -> WebhookDraft? {
    guard errors.isEmpty, let name, let endpointURL, let events else { return nil }
    let secret =
      try ownSecret
      ?? Secret(given.scheme, bytes: Random.bytes(Secret.byteCount(for: given.scheme)))
    return WebhookDraft(
      name: name, endpointURL: endpointURL.text, events: events,
      startsPaused: given.startsPaused, secret: secret,
      headers: options.headers.compactMap { header in
        header.value.map { Attempt.Header(header.name, $0) }
      }, maxInFlight: options.maxInFlight, maxPerSecond: options.maxPerSecond,
      isOrdered: options.isOrdered)
  }

  /// What was filled in, for the page that comes back.
  var answers: AddWebhookPage.Answers {
    var answers = given
    switch tick {
    case .all: answers.events = allTypes
    case Tick.none?: answers.events = []
    case nil: break
    }
    return answers
  }

  private mutating func checkName() {
    if let problem = WebhookName.problem(given.name) {
      errors.append(FieldError("name", problem.droppingPeriod))
    } else {
      name = given.name
    }
  }

  private mutating func checkURL(_ policy: AddressPolicy) {
    do throws(EndpointRefusal) {
      endpointURL = try EndpointURL(given.endpointURL, policy: policy)
    } catch {
      errors.append(FieldError("endpoint_url", error.message))
    }
  }

  private mutating func checkEvents(hasUnknown: Bool) {
    if given.selectsAll {
      events = .all
    } else if given.events.isEmpty {
      errors.append(FieldError("events", "Choose at least one event, or choose all events"))
    } else if hasUnknown {
      errors.append(FieldError("events", "One of the events does not exist any more"))
    } else {
      events = .chosen(given.events.sorted())
    }
  }

  private mutating func checkSecret(_ text: String) {
    guard given.usesOwnSecret else { return }
    if given.scheme == .v1a {
      errors.append(FieldError("secret", Secret.ownIsShared))
    } else {
      ownSecret = Secret(own: text)
      if ownSecret == nil { errors.append(FieldError("secret", Secret.mend)) }
    }
  }
}

extension String {
  /// A sentence as it stands at a field.
  var droppingPeriod: String { hasSuffix(".") ? String(dropLast()) : self }
}
