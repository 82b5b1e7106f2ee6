import Crypto
import Domain

/// The fields of a webhook as a request has them, checked one by one, so that every mistake is
/// named at once. The form and the API share the rules.
struct WebhookFields {
  enum Field<Value> {
    case absent
    case null
    case value(Value)
  }

  var name: Field<String> = .absent
  var endpointURL: Field<EndpointURL> = .absent
  var events: Field<EventSelection> = .absent
  var isActive: Field<Bool> = .absent
  var secret: Field<Secret> = .absent
  var signature: Field<Webhook.SignatureScheme> = .absent
  var headers: Field<[(name: String, value: String?)]> = .absent
  var maxInFlight: Field<Int> = .absent
  var maxPerSecond: Field<Int> = .absent
  var isOrdered: Field<Bool> = .absent
  private(set) var errors: [FieldError] = []

  init(json: JSONObject, types: Set<String>, policy: AddressPolicy) throws {
    for member in json.members {
      let value = member.value
      switch member.name {
      case "name":
        name = read(value, "name", "Use a string.") { $0.string }
        checkName()
      case "endpoint_url":
        readURL(value, policy)
      case "events":
        readEvents(value, types)
      case "status":
        isActive = read(value, "status", "Use active or paused.") { value in
          ["active": true, "paused": false][value.string ?? ""]
        }
      case "secret":
        secret = read(value, "secret", Secret.mend + ".") { $0.string.flatMap(Secret.init(own:)) }
      case "signature":
        signature = read(value, "signature", "Use v1 or v1a.") {
          $0.string.flatMap(Webhook.SignatureScheme.init(rawValue:))
        }
      case "headers":
        readHeaders(value)
      case "max_in_flight":
        maxInFlight = number(value, "max_in_flight", in: Webhook.maxInFlightRange)
      case "max_per_second":
        maxPerSecond = number(value, "max_per_second", in: Webhook.maxPerSecondRange)
      case "ordered":
        isOrdered = read(value, "ordered", "Use true or false.") { $0.bool }
      default:
        errors.append(FieldError(member.name, "A webhook has no such field that can be set."))
      }
    }
  }

  /// A webhook about to be made: what is missing takes its default, or is an error.
  func draft() throws -> WebhookDraft {
    var errors = errors
    func required<Value>(_ field: Field<Value>, _ name: String, _ message: String) -> Value? {
      if case .value(let value) = field { return value }
      if !errors.contains(where: { $0.field == name }) { errors.append(FieldError(name, message)) }
      return nil
    }
    let name = required(self.name, "name", "Give it a name.")
    let url = required(endpointURL, "endpoint_url", "Enter the address that events are sent to.")
    let events = required(
      self.events, "events", #"List at least one event type, or ["*"] for all."#)
    let scheme = signature.valueOrNil ?? .v1
    if secret.valueOrNil != nil, scheme == .v1a {
      errors.append(
        FieldError("secret", "An own secret is for v1 alone; the key pair of v1a is made for you."))
    }
    guard errors.isEmpty, let name, let url, let events else {
      throw Problem.unprocessable(errors)
    }
    let secret =
      try self.secret.valueOrNil
      ?? Secret(scheme, bytes: Random.bytes(Secret.byteCount(for: scheme)))
    return WebhookDraft(
      name: name, endpointURL: url.text, events: events,
      startsPaused: isActive.valueOrNil == false, secret: secret,
      headers: (headers.valueOrNil ?? []).compactMap { header in
        header.value.map { Attempt.Header(header.name, $0) }
      },
      maxInFlight: maxInFlight.valueOrNil, maxPerSecond: maxPerSecond.valueOrNil,
      isOrdered: isOrdered.valueOrNil ?? false)
  }

  /// A change: what is absent stays; null takes an optional field away.
  func change(from old: Webhook) throws -> WebhookChange {
    var errors = errors
    var change = WebhookChange()
    func set<Value>(_ field: Field<Value>, _ name: String) -> Value? {
      if case .null = field { errors.append(FieldError(name, "This cannot be null.")) }
      return field.valueOrNil
    }
    change.name = set(name, "name")
    change.endpointURL = set(endpointURL, "endpoint_url")?.text
    change.events = set(events, "events")
    change.isActive = set(isActive, "status")
    change.isOrdered = set(isOrdered, "ordered")
    change.maxInFlight = maxInFlight.asChange
    change.maxPerSecond = maxPerSecond.asChange
    switch headers {
    case .absent: break
    case .null: change.headers = old.headerNames.map { ($0, nil) }
    case .value(let list): change.headers = list
    }
    if case .value(let scheme) = signature, scheme != old.signature {
      errors.append(FieldError("signature", "It is chosen when a webhook is made."))
    }
    if case .value = secret {
      errors.append(FieldError("secret", "It is chosen when a webhook is made."))
    }
    if let headers = change.headers {
      let given = Set(headers.map { $0.name.lowercased() })
      let kept = old.headerNames.filter { !given.contains($0.lowercased()) }
      if kept.count + headers.count(where: { $0.value != nil }) > CustomHeader.countLimit {
        errors.append(
          FieldError("headers", "A webhook may have \(CustomHeader.countLimit) headers."))
      }
    }
    guard errors.isEmpty else { throw Problem.unprocessable(errors) }
    return change
  }

  private mutating func read<Value>(
    _ value: JSONValue, _ field: String, _ message: String, _ convert: (JSONValue) -> Value?
  ) -> Field<Value> {
    if value.isNull { return .null }
    if let converted = convert(value) { return .value(converted) }
    errors.append(FieldError(field, message))
    return .absent
  }

  private mutating func number(_ value: JSONValue, _ field: String, in range: ClosedRange<Int>)
    -> Field<Int>
  {
    let message =
      "Use a whole number from \(range.lowerBound) to \(range.upperBound), or null."
    return read(value, field, message) { value in
      value.integer.flatMap { range.contains($0) ? $0 : nil }
    }
  }

  private mutating func checkName() {
    guard case .value(let text) = name else { return }
    if let problem = WebhookName.problem(text) {
      errors.append(FieldError("name", problem))
      name = .absent
    }
  }

  private mutating func readURL(_ value: JSONValue, _ policy: AddressPolicy) {
    guard !value.isNull, let text = value.string else {
      errors.append(FieldError("endpoint_url", "Use a string."))
      return
    }
    do throws(EndpointRefusal) {
      endpointURL = .value(try EndpointURL(text, policy: policy))
    } catch {
      errors.append(FieldError("endpoint_url", error.message))
    }
  }

  private mutating func readEvents(_ value: JSONValue, _ types: Set<String>) {
    let message = #"List event types of GET /event-types, or ["*"] for all."#
    guard let elements = value.elements, !elements.isEmpty else {
      errors.append(FieldError("events", message))
      return
    }
    let names = elements.map(\.string)
    if names == ["*"] {
      events = .value(.all)
      return
    }
    for (index, name) in names.enumerated() where !types.contains(name ?? "") {
      errors.append(FieldError("events[\(index)]", "There is no such event type. " + message))
    }
    events = .value(.chosen(Set(names.compactMap { $0 }).sorted()))
  }

  private mutating func readHeaders(_ value: JSONValue) {
    if value.isNull {
      headers = .null
      return
    }
    guard let members = try? value.object()?.members else {
      errors.append(FieldError("headers", "Use an object of names and values, each name once."))
      return
    }
    var list: [(name: String, value: String?)] = []
    var names: Set<String> = []
    for member in members {
      // One that is set and taken away at once, in another case.
      if !names.insert(member.name.lowercased()).inserted {
        errors.append(FieldError("headers", CustomHeader.Problem.twice(member.name).message))
      }
      if member.value.isNull {
        list.append((member.name, nil))
      } else if let text = member.value.string {
        list.append((member.name, text))
      } else {
        errors.append(FieldError("headers.\(member.name)", "Use a string."))
      }
    }
    do throws(CustomHeader.Problem) {
      _ = try CustomHeader.list(
        list.compactMap { header in header.value.map { (header.name, $0) } })
    } catch {
      errors.append(FieldError("headers", error.message))
    }
    headers = .value(list)
  }
}

extension WebhookFields.Field {
  var valueOrNil: Value? {
    if case .value(let value) = self { value } else { nil }
  }

  fileprivate var asChange: Value?? {
    switch self {
    case .absent: .none
    case .null: .some(nil)
    case .value(let value): .some(value)
    }
  }
}
