import Domain
import Engine
import HTTPTypes
import Store

/// Connecting by keys: tried first, then kept.
struct CredentialActions {
  let context: Context

  func respond(_ id: AppID, isPost: Bool) throws -> Response {
    let app = try context.stores.apps.find(id)
    guard let form = app.app.credentialForm, app.isEnabled else { throw StoreError.notFound }
    var page = CredentialsPage(
      shell: try context.shell(), app: app.app, form: form,
      isReplacing: try context.stores.connections.find(id, of: context.user.id) != nil)
    guard isPost else { return .page(page.render()) }
    return try save(app.app, form, &page)
  }

  private func save(
    _ app: App, _ form: CredentialForm, _ page: inout CredentialsPage
  ) throws -> Response {
    var values: [String: String] = [:]
    for field in form.fields {
      let value = try context.form.one(field.name)?.trimmingSpaces ?? ""
      values[field.name] = value
      if let problem = field.problem(value) {
        page.errors.append(FieldError(field.name, problem))
      }
    }
    page.values = values.filter { value in
      form.fields.contains { $0.name == value.key && !$0.isSecret }
    }
    guard let first = form.regions.first else { throw StoreError.notFound }
    let regions = Dictionary(
      form.regions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    let region = try context.form.choice(
      "region", of: regions, standard: first, mend: "Choose where your data is kept", &page.errors)
    page.region = region.name
    // Pressed where the provider had not answered: an open eye on what nobody could try.
    let skipsTrial = try context.form.one("unchecked") == "on"
    if page.errors.isEmpty, !skipsTrial {
      (page.errors, page.isSilent) = try trial(app, form, values, region)
    }
    guard page.errors.isEmpty else {
      return .page(page.render(), status: .unprocessableContent)
    }
    try keep(app, form, values, region, isUnchecked: skipsTrial)
    return .seeOther(
      skipsTrial
        ? context.links(.app(app.id)) : context.links(.app(app.id), note: AppNote.connected))
  }

  private func trial(
    _ app: App, _ form: CredentialForm, _ values: [String: String],
    _ region: CredentialForm.Region
  ) throws -> (errors: [FieldError], isSilent: Bool) {
    func refuse(_ field: String, _ words: String) -> ([FieldError], Bool) {
      ([FieldError(field, words)], false)
    }
    let field = form.userField
    if case .full(let seconds) = try context.stores.uses.take(
      .connect, of: context.user.id, rate: Rate(count: 30, per: Interval(seconds: 60)))
    {
      return refuse(field, "Too many tries. Try again in \(Words.count(seconds, "second"))")
    }
    guard context.settings.outgoingPermits.take() else {
      return refuse(field, "Many people are connecting apps just now. Try again")
    }
    defer { context.settings.outgoingPermits.giveBack() }
    let verdict = context.providers.tryOut(
      form, user: values[form.userField] ?? "", password: values[form.passwordField] ?? "",
      in: region)
    switch verdict {
    case .good: return ([], false)
    case .refused:
      return refuse(
        field, "\(app.name) did not accept these details. Check them, and enter the secret again")
    case .otherRegion(let other):
      return refuse("region", "These details work in \(other.label). Choose it and try again")
    case .unknown:
      return (
        [
          FieldError(
            field,
            "\(app.name) did not answer, so we could not check. Nothing was saved: enter the secret "
              + "again, and try again or save without checking")
        ], true
      )
    }
  }

  private func keep(
    _ app: App, _ form: CredentialForm, _ values: [String: String],
    _ region: CredentialForm.Region, isUnchecked: Bool
  ) throws {
    let user = values[form.userField] ?? ""
    let label = form.fields.first { $0.name == "label" }.flatMap { values[$0.name] } ?? ""
    let project = values["project_id"].map { "Project \($0)" } ?? ""
    let known = [label, project].first { !$0.isEmpty } ?? "Key ending in \(user.suffix(4))"
    let json = JSONWriter.object {
      for field in form.fields where !(values[field.name] ?? "").isEmpty {
        $0.member(field.name, values[field.name])
      }
      $0.member("region", region.name)
      $0.member("origin", region.origin)
    }
    try context.stores.connections.save(
      credentials: json, account: AccountIdentity(id: user, name: known), app: app.id,
      of: context.user.id, isUnchecked: isUnchecked, by: context.actor)
  }
}

extension CredentialForm.Field {
  fileprivate func problem(_ value: String) -> String? {
    if value.isEmpty { return isOptional ? nil : "Enter the \(label.loweringFirst)" }
    if value.utf8.count > 200 { return "\(label) must be 200 characters or fewer" }
    if isNumber, !value.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
      return "A \(label.loweringFirst) has only numbers"
    }
    if !isOptional, !value.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
      return "\(label) has only letters, digits and signs, without spaces"
    }
    return nil
  }
}

extension String {
  /// As a word within a sentence; an abbreviation stays.
  fileprivate var loweringFirst: String {
    let second = dropFirst().first
    return second?.isUppercase == true ? self : prefix(1).lowercased() + dropFirst()
  }
}
