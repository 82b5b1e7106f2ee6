import Crypto
import Domain
import HTTPTypes
import Store

/// What a person does with the signing secrets of a webhook.
struct SecretActions {
  let context: Context

  private var webhooks: WebhookStore { context.stores.webhooks }
  private var user: User.ID { context.user.id }

  func askToRotate(_ id: Webhook.ID) throws -> Response {
    let webhook = try webhooks.find(id, of: user)
    return .page(try page(webhook, .init(scheme: webhook.signature)).render())
  }

  /// Makes a new secret; it is shown once on the page that follows.
  func rotate(_ id: Webhook.ID) throws -> Response {
    let webhook = try webhooks.find(id, of: user)
    let next = context.links(.webhookSecret(id))
    let session = context.visitor.session.id
    let isDouble = try webhooks.secretFacts(of: id).count > 1
    let form = try RotateSecretForm(
      context.form, scheme: webhook.signature, needsEnd: isDouble)
    if let formID = form.formID, try context.stores.forms.location(of: formID, in: session) != nil {
      return .seeOther(next)
    }
    guard let secret = try form.secret() else {
      return .page(
        try page(webhook, form.answers, form.errors).render(), status: .unprocessableContent)
    }
    let ticket = form.formID.map { FormTicket(session: session, form: $0) { _ in next } }
    do {
      try webhooks.rotateSecret(
        of: id, user: user, to: secret, overlap: form.answers.overlap,
        endingOlder: form.answers.endsOlder, form: ticket, by: context.actor)
    } catch StoreError.duplicate {
      return .seeOther(next)
    } catch StoreError.overlapRuns {
      // Another tab was faster.
      let again = try RotateSecretForm(context.form, scheme: webhook.signature, needsEnd: true)
      return .page(
        try page(webhook, again.answers, again.errors).render(), status: .unprocessableContent)
    }
    if secret.scheme == .v1 {
      // Nothing turns itself on.
      let note =
        webhook.status == .paused(.damaged)
        ? "\n“\(webhook.name)” is still stopped. Resume it when your system has this secret." : ""
      try context.stores.forms.keepToShow(secret.text + note, of: id.rawValue, to: session)
    }
    return .seeOther(next)
  }

  func askToEnd(_ id: Webhook.ID) throws -> Response {
    let webhook = try webhooks.find(id, of: user)
    guard let older = try webhooks.secretFacts(of: id).dropFirst().last else {
      // It has ended by itself, or in another tab.
      return .seeOther(context.links(.webhook(id)))
    }
    return .page(
      try EndOverlapPage(shell: context.shell(), webhook: webhook, older: older).render())
  }

  func end(_ id: Webhook.ID) throws -> Response {
    try webhooks.endOverlap(of: id, user: user, by: context.actor)
    return .seeOther(context.links(.webhook(id), note: .oldSecretEnded))
  }

  private func page(
    _ webhook: Webhook, _ answers: RotateSecretPage.Answers, _ errors: [FieldError] = []
  ) throws -> RotateSecretPage {
    RotateSecretPage(
      shell: try context.shell(), webhook: webhook,
      secrets: try webhooks.secretFacts(of: webhook.id),
      formID: try UUID.version7(at: currentTime(), random: Random.uint64()).description,
      answers: answers,
      isDamaged: try webhooks.damage(of: webhook.id, user: user)?.hasSecret == true, errors: errors)
  }
}
