import Domain

/// The form that makes a webhook. Nothing is saved until its button is pressed.
///
/// Fields, beside `csrf` and `form_id`: `name`, `endpoint_url`, `selection` (`chosen` or `all`),
/// `events` (once for each box), `secret_source` (`made` or `own`), `secret`, `status` (`active` or
/// `paused`), `signature` (`v1` or `v1a`), and those of `OptionFields`. The buttons above the boxes
/// add `tick`, `all` or `none`: then the page comes back with the answers kept and the boxes so.
struct AddWebhookPage {
  /// What is filled in.
  struct Answers {
    var name = ""
    var endpointURL = ""
    var selectsAll = false
    var events: Set<String> = []
    /// The secret itself never comes back to a page.
    var usesOwnSecret = false
    var startsPaused = false
    var scheme = Webhook.SignatureScheme.v1
    var options = MoreOptions.Answers()
  }

  let shell: Shell
  /// Says that two submissions are one.
  let formID: String
  /// Those that can be chosen: no retired ones.
  let eventTypes: [EventType]
  var answers = Answers()
  var errors: [FieldError] = []
  /// What the check of the address says.
  var advice: AddressAdvice?
  /// The person has as many webhooks as there may be: said above the form.
  var isAtLimit = false

  func render() -> HTML {
    let errors = FormErrors(
      list: errors,
      targets: [
        "events": eventTypes.first.map(EventPicker.id) ?? "selection-all",
        "selection": "selection-chosen", "secret_source": "secret_source-made",
        "status": "status-active", "signature": "signature-v1",
      ])
    return Frame(
      title: "Add webhook", hasErrors: !errors.list.isEmpty, section: .webhooks,
      content: """
        \(PageHead(
          back: (shell.links(.webhooks), "Webhooks"), errors: errors, heading: "Add webhook",
          lede: "Everything is needed unless marked optional."
        ).render())
        \(limit)
        <div class="beside">
        \(form(errors))
        \(aside)
        </div>
        """
    ).render(in: shell)
  }

  private var limit: HTML {
    guard isAtLimit else { return HTML() }
    let limit = Words.number(shell.site.webhookLimit)
    return Notice(
      tone: .warn, title: "You have \(limit) of \(limit) webhooks. Delete one to add another."
    ).render()
  }

  private func form(_ errors: FormErrors) -> HTML {
    """
    <form class="card" method="post" action="\(shell.links(.webhooks))" novalidate \
    data-busy="Adding…">
    \(shell.tokenField)<input type="hidden" name="form_id" value="\(formID)">
    \(Self.defaultButton)
    <div class="part">
    \(Self.nameField(answers.name).render(errors))
    \(AddressField(shell: shell, value: answers.endpointURL, finding: advice).render(errors))
    </div>
    \(EventPicker(
      types: eventTypes, selectsAll: answers.selectsAll, chosen: answers.events, errors: errors
    ).render())
    \(OwnSecret(
      legend: "Signing secret", made: "Recommended. Shown once, after you add it.",
      isOwn: answers.usesOwnSecret, style: "part"
    ).render(errors))
    \(statusPart(errors))
    \(MoreOptions(
      answers: answers.options, signature: SignatureChoice(chosen: answers.scheme).render(errors),
      isOpen: !answers.options.isUntouched || answers.scheme != .v1, errors: errors
    ).render())
    <div class="part foot"><button class="button primary">Add webhook</button> \
    <a class="button quiet" href="\(shell.links(.webhooks))">Cancel</a></div>
    </form>
    """
  }

  /// The Enter key presses the first button of a form, which would be "Tick all" without this one.
  static let defaultButton: HTML = """
    <button class="unseen" tabindex="-1" aria-hidden="true"></button>
    """

  static func nameField(_ name: String) -> TextField {
    TextField(
      name: "name", label: "Name", hint: "So you can recognise it.", value: name,
      attributes: " type=\"text\" required maxlength=\"\(Webhook.nameLimit)\" autocomplete=\"off\"")
  }

  private func statusPart(_ errors: FormErrors) -> HTML {
    """
    <fieldset class="part"><legend>Start sending</legend>
    \(errors.message(for: "status"))<div class="radios">
    <span class="radio"><input type="radio" id="status-active" name="status" value="active"\
    \(HTML.flag("checked", when: !answers.startsPaused))><label for="status-active">Straight away\
    </label></span>
    <span class="radio"><input type="radio" id="status-paused" name="status" value="paused"\
    \(HTML.flag("checked", when: answers.startsPaused))><label for="status-paused">Add it paused\
    </label></span>
    </div></fieldset>
    """
  }

  private var aside: HTML {
    let schedule = shell.site.schedule
    return """
      <section class="next" aria-labelledby="next-heading">
      <h2 id="next-heading">What happens next</h2>
      <ol class="steps">
      <li><h3>Copy the signing secret</h3><p>We show it once. Your system uses it to check that a \
      request is from us.</p></li>
      <li><h3>Events follow</h3><p>As they happen. If your system does not answer with 2xx we try \
      again, up to \(Words.number(schedule.attempts)) times over \
      \(Words.length(schedule.span)).</p></li>
      <li><h3>Look at the log</h3><p>Each request, its answer and how long it took stay on record \
      for \(Words.length(shell.site.payloadRetention)).</p></li>
      </ol>
      </section>
      """
  }
}
