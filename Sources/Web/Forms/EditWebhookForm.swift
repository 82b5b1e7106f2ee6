import Crypto
import Domain

/// The form that edits a webhook, checked field by field.
struct EditWebhookForm {
  let formID: UUID?
  let version: Int?
  /// `EditWebhookForm.mark(of:)` what the page showed.
  let mark: String
  /// As `mark`, of the values of its headers, which no page shows.
  let headerMark: String
  private(set) var answers: EditWebhookPage.Answers
  private(set) var errors: [FieldError] = []
  private(set) var endpointURL: EndpointURL?
  private let options: OptionFields

  /// A button was pressed that changes the form alone.
  var isUnfinished: Bool { options.wantsRow }

  /// - Throws: `Query.Malformed` when a field is there twice that may be there once.
  init(_ form: Query, webhook: Webhook, policy: AddressPolicy) throws(Query.Malformed) {
    formID = try form.formID()
    version = try form.one("version").flatMap { Int($0) }
    mark = try form.one("mark") ?? ""
    headerMark = try form.one("header_mark") ?? ""
    options = try OptionFields(form, existing: webhook.headerNames)
    answers = EditWebhookPage.Answers(
      name: try form.one("name")?.trimmingSpaces ?? "",
      endpointURL: try form.one("endpoint_url")?.trimmingSpaces ?? "", options: options.answers)
    if let problem = WebhookName.problem(answers.name) {
      errors.append(FieldError("name", problem.droppingPeriod))
    }
    do throws(EndpointRefusal) {
      endpointURL = try EndpointURL(answers.endpointURL, policy: policy)
    } catch {
      errors.append(FieldError("endpoint_url", error.message))
    }
    errors += options.errors
  }

  /// Nil while something needs mending.
  var change: WebhookChange? {
    guard errors.isEmpty, let endpointURL else { return nil }
    var change = WebhookChange()
    change.name = answers.name
    change.endpointURL = endpointURL.text
    change.headers = options.headers.isEmpty ? nil : options.headers
    change.maxInFlight = .some(options.maxInFlight)
    change.maxPerSecond = .some(options.maxPerSecond)
    change.isOrdered = options.isOrdered
    return change
  }

  /// Whether the form was made from the webhook as it stands, as far as this form shows it: somebody
  /// who paused it meanwhile is in nobody's way.
  func isFrom(_ webhook: Webhook, headerMark: String) -> Bool {
    version == webhook.version
      || (mark == Self.mark(of: webhook) && self.headerMark == headerMark)
  }

  /// Changes with whatever this form can change.
  static func mark(of webhook: Webhook) -> String {
    let parts =
      [webhook.name, webhook.endpointURL] + webhook.headerNames
      + [
        webhook.maxInFlight.map(String.init) ?? "", webhook.maxPerSecond.map(String.init) ?? "",
        webhook.isOrdered ? "1" : "",
      ]
    return mark(of: parts)
  }

  /// Changes with each value of a header that is set.
  static func mark(ofHeaderValues ids: [UUID]) -> String { mark(of: ids.map(\.description)) }

  private static func mark(of parts: [String]) -> String {
    Hex.encode(Array(SHA256.hash(Array(parts.joined(separator: "\n").utf8)).prefix(16)))
  }
}
