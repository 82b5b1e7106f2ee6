import Domain

/// The form that changes a webhook's name, address, headers, limits and order.
///
/// Fields, beside `csrf` and `form_id`: `name`, `endpoint_url`, those of `OptionFields`; `webhook`, its
/// id, for the check of the address; `version`, `mark` and `header_mark`, of the webhook that the page
/// shows.
struct EditWebhookPage {
  struct Answers {
    var name = ""
    var endpointURL = ""
    var options = MoreOptions.Answers()
  }

  let shell: Shell
  let webhook: Webhook
  let formID: String
  let mark: String
  var headerMark = ""
  let answers: Answers
  /// Deliveries that wait to be sent.
  let waiting: BoundedCount
  var errors: [FieldError] = []
  var advice: AddressAdvice?
  /// Somebody changed it since the page was made.
  var isConflict = false
  /// And values of its headers were among it.
  var hasOtherHeaderValues = false
  /// Names of the headers whose value does not open any more.
  var damagedHeaders: [String] = []

  func render() -> HTML {
    let errors = FormErrors(list: errors)
    let page = shell.links(.webhook(webhook.id))
    return Frame(
      title: "Edit \(webhook.name)", hasErrors: !errors.list.isEmpty, section: .webhooks,
      content: """
        \(PageHead(
          back: (page, webhook.name), errors: errors, heading: "Edit “\(webhook.name)”"
        ).render())
        \(isConflict ? conflict : nil)
        <form class="card narrow" id="edit" method="post" \
        action="\(shell.links(.editWebhook(webhook.id)))" novalidate data-busy="Saving…">
        \(shell.tokenField)<input type="hidden" name="form_id" value="\(formID)">\
        <input type="hidden" name="webhook" value="\(webhook.id.description)">\
        <input type="hidden" name="version" value="\(webhook.version)">\
        <input type="hidden" name="mark" value="\(mark)">\
        <input type="hidden" name="header_mark" value="\(headerMark)">
        \(AddWebhookPage.defaultButton)
        <div class="part">
        \(AddWebhookPage.nameField(answers.name).render(errors))
        \(AddressField(shell: shell, value: answers.endpointURL, finding: advice).render(errors))
        <p class="hint">\(follow)</p>
        </div>
        \(MoreOptions(
          answers: answers.options, existing: webhook.headerNames, signature: signature,
          isOpen: hasOptions, damaged: damagedHeaders, errors: errors
        ).render())
        <div class="part foot"><button class="button primary">Save changes</button> \
        <a class="button quiet" href="\(page)">Cancel</a></div>
        </form>
        """
    ).render(in: shell)
  }

  private var follow: String {
    let count =
      waiting.isNone
      ? "Deliveries that wait to be sent follow"
      : Words.count(
        waiting, "delivery that waits to be sent follows",
        "deliveries that wait to be sent follow")
    return "\(count) a changed address, and the secrets in use. Each attempt records where it went."
  }

  private var hasOptions: Bool {
    !webhook.headerNames.isEmpty || !answers.options.isUntouched
  }

  private var signature: HTML {
    """
    <p class="fixed"><b>Signature</b> \(webhook.signature.name) \
    <code>\(webhook.signature.rawValue)</code>. Another one needs another secret: \
    <a href="\(shell.links(.rotateSecret(webhook.id)))">make a new secret</a>.</p>
    """
  }

  private var conflict: HTML {
    let limits = answers.options
    let pairs: [(String, String, String)] = [
      ("Name", webhook.name, answers.name),
      ("Endpoint URL", webhook.endpointURL, answers.endpointURL),
      ("Headers", webhook.headerNames.joined(separator: ", "), headersOfMine),
      ("Values of headers", hasOtherHeaderValues ? "Changed" : "", valuesOfMine),
      ("Most in flight", webhook.maxInFlight.map(String.init) ?? "", limits.maxInFlight),
      ("Most per second", webhook.maxPerSecond.map(String.init) ?? "", limits.maxPerSecond),
      ("Strict order", webhook.isOrdered ? "Yes" : "No", limits.isOrdered ? "Yes" : "No"),
    ]
    return ConflictBlock(
      changedAt: webhook.updatedAt, now: shell.now,
      rows: pairs.filter { $0.1 != $0.2 }.map { name, theirs, yours in
        ConflictBlock.Row(
          name: name, theirs: theirs.isEmpty ? "–" : theirs, yours: yours.isEmpty ? "–" : yours)
      },
      buttons: """
        <a class="button plain small" href="\(shell.links(.webhook(webhook.id)))">Keep theirs</a> \
        \(mine)
        """
    ).render()
  }

  /// A value that does not come back cannot be used by a press alone.
  private var mine: HTML {
    answers.options.replaced.isEmpty
      ? """
      <button class="button plain small" form="edit">Use mine</button> \
      <a class="button quiet small" href="#name">Edit mine again</a>
      """
      : "<a class=\"button quiet small\" href=\"#headers\">Enter mine again</a>"
  }

  /// Of which headers: a value is never shown.
  private var valuesOfMine: String {
    guard hasOtherHeaderValues else { return "" }
    return webhook.headerNames.filter(answers.options.replaced.contains).joined(separator: ", ")
  }

  /// Names alone: a value is never shown.
  private var headersOfMine: String {
    (webhook.headerNames.filter { !answers.options.removed.contains($0) }
      + answers.options.rows.filter { !$0.isEmpty }).joined(separator: ", ")
  }
}

extension EditWebhookPage.Answers {
  /// What stands now.
  init(_ webhook: Webhook) {
    self.init(
      name: webhook.name, endpointURL: webhook.endpointURL,
      options: MoreOptions.Answers(
        maxInFlight: webhook.maxInFlight.map(String.init) ?? "",
        maxPerSecond: webhook.maxPerSecond.map(String.init) ?? "", isOrdered: webhook.isOrdered))
  }
}
