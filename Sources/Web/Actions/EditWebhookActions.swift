import Crypto
import Domain
import Engine
import HTTPTypes
import Store

/// Changing a webhook's name, address, headers, limits and order.
struct EditWebhookActions {
  let context: Context

  private var webhooks: WebhookStore { context.stores.webhooks }
  private var user: User.ID { context.user.id }

  func edit(_ id: Webhook.ID) throws -> Response {
    let webhook = try webhooks.find(id, of: user)
    return .page(try page(webhook, .init(webhook)).render())
  }

  /// The page with what was filled in, and what the check of the address says.
  func show(_ id: Webhook.ID, _ advice: AddressAdvice, status: HTTPResponse.Status) throws
    -> Response
  {
    let webhook = try webhooks.find(id, of: user)
    var page = try page(webhook, form(webhook).answers)
    page.advice = advice
    return .page(page.render(), status: status)
  }

  func save(_ id: Webhook.ID) throws -> Response {
    let session = context.visitor.session.id
    let webhook = try webhooks.find(id, of: user)
    let form = try form(webhook)
    if form.isUnfinished { return .page(try page(webhook, form.answers).render()) }
    if let formID = form.formID,
      let location = try context.stores.forms.location(of: formID, in: session)
    {
      return .seeOther(location)
    }
    guard form.isFrom(webhook, headerMark: try headerMark(of: id)) else {
      return try conflict(webhook, form)
    }
    let errors = try form.errors + furtherErrors(form, webhook)
    guard errors.isEmpty, let change = form.change else {
      return .page(
        try page(webhook, form.answers, errors).render(), status: .unprocessableContent)
    }
    let next = next(webhook, form)
    let ticket = form.formID.map { FormTicket(session: session, form: $0) { _ in next } }
    do {
      try webhooks.change(
        id, of: user, to: change, version: webhook.version, form: ticket, by: context.actor)
    } catch StoreError.versionConflict {
      return try conflict(webhooks.find(id, of: user), form)
    } catch StoreError.headersOverLimit {
      let error = FieldError("headers", CustomHeader.Problem.tooLong.message)
      return .page(
        try page(webhook, form.answers, [error]).render(), status: .unprocessableContent)
    } catch StoreError.duplicate {
      // The same form was faster.
    }
    return .seeOther(next)
  }

  private func form(_ webhook: Webhook) throws -> EditWebhookForm {
    try EditWebhookForm(context.form, webhook: webhook, policy: context.settings.addressPolicy)
  }

  /// What only the database and the name server know.
  private func furtherErrors(_ form: EditWebhookForm, _ webhook: Webhook) throws -> [FieldError] {
    var errors: [FieldError] = []
    let name = form.answers.name
    if form.errors.isEmpty, name != webhook.name, try webhooks.hasWebhook(named: name, of: user) {
      errors.append(FieldError("name", "You already have a webhook called “\(name)”"))
    }
    if form.errors.isEmpty, let url = form.endpointURL, url.text != webhook.endpointURL,
      case .refused(message: let message) = try context.settings.judge(url)
    {
      errors.append(FieldError("endpoint_url", message))
    }
    return errors
  }

  /// Another host may be another company's.
  private func next(_ webhook: Webhook, _ form: EditWebhookForm) -> String {
    let before = try? EndpointURL(webhook.endpointURL, policy: context.settings.addressPolicy)
    let isElsewhere = before?.host != form.endpointURL?.host
    return context.links(.webhook(webhook.id), note: isElsewhere ? .hostChanged : .saved)
  }

  private func conflict(_ webhook: Webhook, _ form: EditWebhookForm) throws -> Response {
    var page = try page(webhook, form.answers)
    page.isConflict = true
    page.hasOtherHeaderValues = form.headerMark != page.headerMark
    return .page(page.render(), status: .conflict)
  }

  private func headerMark(of id: Webhook.ID) throws -> String {
    EditWebhookForm.mark(ofHeaderValues: try webhooks.headerValues(of: id))
  }

  private func page(
    _ webhook: Webhook, _ answers: EditWebhookPage.Answers, _ errors: [FieldError] = []
  ) throws -> EditWebhookPage {
    EditWebhookPage(
      shell: try context.shell(), webhook: webhook,
      formID: try UUID.version7(at: currentTime(), random: Random.uint64()).description,
      mark: EditWebhookForm.mark(of: webhook), headerMark: try headerMark(of: webhook.id),
      answers: answers,
      waiting: try webhooks.waitingCount(of: webhook.id, user: user), errors: errors,
      damagedHeaders: try webhooks.damage(of: webhook.id, user: user)?.headerNames ?? [])
  }
}
