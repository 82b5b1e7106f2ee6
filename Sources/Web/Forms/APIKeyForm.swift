import Domain

/// The form of the page "Create key", checked field by field.
struct APIKeyForm {
  let formID: UUID?
  let answers: CreateKeyPage.Answers
  private(set) var errors: [FieldError] = []

  /// - Throws: `Query.Malformed` when a field is there twice that may be there once.
  init(_ form: Query, holder: KeyHolder = .person) throws(Query.Malformed) {
    formID = try form.one("form_id").flatMap { UUID($0) }
    let words = form.all("scopes")
    let scopes = Set(words.compactMap(APIScope.init(rawValue:))).intersection(holder.scopes)
    let lifetime = try form.one("expires").flatMap(CreateKeyPage.Lifetime.init(rawValue:))
    answers = CreateKeyPage.Answers(
      name: try form.one("name")?.trimmingSpaces ?? "", scopes: scopes, lifetime: lifetime)
    if let problem = WebhookName.problem(answers.name) {
      errors.append(
        FieldError("name", problem.hasSuffix(".") ? String(problem.dropLast()) : problem))
    }
    if words.contains(where: { word in !scopes.contains { $0.rawValue == word } }) {
      errors.append(FieldError("scopes", "One of the boxes does not exist any more"))
    } else if scopes.isEmpty {
      errors.append(FieldError("scopes", "Choose at least one thing it can do"))
    }
    if lifetime == nil { errors.append(FieldError("expires", "Choose when it ends")) }
  }

  /// The key to be made; nil while something needs mending.
  var draft: APIKeyDraft? {
    guard errors.isEmpty, let lifetime = answers.lifetime else { return nil }
    return APIKeyDraft(name: answers.name, scopes: answers.scopes, lifetimeDays: lifetime.days)
  }
}
