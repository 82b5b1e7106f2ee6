import Domain
import HTTPTypes
import Store

/// The signature checker. Nothing of what is pasted is stored, logged or shown again, but the headers
/// and the body in the form itself.
struct SignatureActions {
  let context: Context

  private var stores: Stores { context.stores }
  private var user: User.ID { context.user.id }

  func show(_ id: Delivery.ID?) throws -> Response {
    var page = SignaturePage(shell: try context.shell())
    if let id {
      let delivery = try stores.deliveries.find(id, of: user)
      page.delivery = delivery
      let attempt = try stores.deliveries.attempts(of: delivery).last
      page.headers = (attempt?.requestHeaders ?? [])
        .filter { $0.name.hasPrefix("webhook-") }
        .map { "\($0.name): \($0.value)" }.joined(separator: "\n")
      let body = try stores.deliveries.body(of: delivery, user: user)
      page.body = body.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    return .page(page.render())
  }

  func check() throws -> Response {
    let form = context.form
    var page = SignaturePage(shell: try context.shell())
    page.headers = try form.one("headers")?.withLineFeeds ?? ""
    page.body = try form.one("body")?.withLineFeeds ?? ""
    let secret = try form.one("secret") ?? ""
    let headers = PastedHeaders.read(page.headers)
    let id = headers.first { $0.name.lowercased() == "webhook-id" }?.value.trimmingSpaces
    page.findings =
      SignatureCheck(
        secret: secret, headers: headers, body: Array(page.body.utf8), now: currentTime(),
        sentBody: try id.flatMap { Event.ID($0) }.flatMap { id in
          try stores.deliveries.body(of: id, user: user)
        }
      ).findings
    return .page(page.render())
  }
}

/// Headers as people copy them: a line each, perhaps quoted and with a comma as JSON has them.
enum PastedHeaders {
  static func read(_ text: String) -> [Attempt.Header] {
    text.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { return nil }
      return Attempt.Header(bare(parts[0]), bare(parts[1]))
    }
  }

  private static func bare(_ text: Substring) -> String {
    var text = text.trimmingSpaces
    if text.hasSuffix(",") { text = String(text.dropLast()).trimmingSpaces }
    for quote in ["\"", "'"] where text.count > 1 && text.hasPrefix(quote) && text.hasSuffix(quote)
    {
      text = String(text.dropFirst().dropLast())
    }
    return text
  }
}
