import Domain
import Engine
import HTTPTypes
import Store

/// Looking at an address before anything is saved.
struct AddressActions {
  let context: Context

  /// The script gets the sentence; a browser the page it came from, answers kept.
  func check() throws -> Response {
    let text = try context.form.one("endpoint_url")?.trimmingSpaces ?? ""
    let edited = try context.form.one("webhook").flatMap { Webhook.ID($0) }
    let (advice, secondsToWait) = try advice(on: text, besides: edited)
    let status: HTTPResponse.Status = secondsToWait == nil ? .ok : .tooManyRequests
    let response: Response
    if context.head.isOfScript {
      response = .json(
        JSONWriter.object {
          $0.member("tone", advice.tone.rawValue)
          $0.member("text", advice.text)
          $0.member("mended", advice.mended)
        }, status: status)
    } else if let edited {
      response = try EditWebhookActions(context: context).show(edited, advice, status: status)
    } else {
      response = try WebhookActions(context: context).new(with: advice, status: status)
    }
    return secondsToWait.map { response.adding(.retryAfter, String($0)) } ?? response
  }

  private func advice(on text: String, besides edited: Webhook.ID?) throws -> (AddressAdvice, Int?)
  {
    let url: EndpointURL
    do throws(EndpointRefusal) {
      url = try EndpointURL(text, policy: context.settings.addressPolicy)
    } catch {
      return (.refused(error), nil)
    }
    // What the text alone tells is free; what goes out is counted.
    let user = context.user.id
    switch try context.stores.uses.take(
      .addressCheck, of: user, rate: context.settings.testLimit)
    {
    case .full(let seconds): return (.tooOften(seconds: seconds), seconds)
    case .taken: break
    }
    guard context.settings.outgoingPermits.take() else { return (.notChecked, nil) }
    defer { context.settings.outgoingPermits.giveBack() }
    let others = try context.stores.webhooks.names(sendingTo: url.text, of: user, besides: edited)
    let finding = try context.settings.addresses.look(at: url)
    return (AddressAdvice(finding, of: url, namesakes: others), nil)
  }
}
