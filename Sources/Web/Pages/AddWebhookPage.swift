import Domain

/// The form that makes a webhook. Nothing is saved until its button is pressed.
///
/// Fields, beside `csrf` and `form_id`: `name`, `endpoint_url`, `selection` (`chosen` or `all`),
/// `events` (once for each box), `secret_source` (`made` or `own`), `secret`, `status` (`active` or
/// `paused`). The buttons above the boxes add `tick`, `all` or `none`: then the page comes back
/// with the answers kept and the boxes so.
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
  }

  let shell: Shell
  /// Says that two submissions are one.
  let formID: String
  /// Those that can be chosen: no retired ones.
  let eventTypes: [EventType]
  var answers = Answers()
  var errors: [FieldError] = []
  /// The person has as many webhooks as there may be: said above the form.
  var isAtLimit = false

  func render() -> HTML {
    let errors = FormErrors(
      list: errors, targets: ["events": eventTypes.first.map(EventPicker.id) ?? "selection-all"])
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
    \(nameField.render(errors))
    \(urlField.render(errors))
    </div>
    \(EventPicker(types: eventTypes, answers: answers, errors: errors).render())
    \(secretPart(errors))
    \(statusPart)
    <div class="part foot"><button class="button primary">Add webhook</button> \
    <a class="button quiet" href="\(shell.links(.webhooks))">Cancel</a></div>
    </form>
    """
  }

  /// The Enter key presses the first button of a form, which would be "Tick all" without this one.
  private static let defaultButton: HTML = """
    <button class="unseen" tabindex="-1" aria-hidden="true"></button>
    """

  private var nameField: TextField {
    TextField(
      name: "name", label: "Name", hint: "So you can recognise it.", value: answers.name,
      attributes: " type=\"text\" required maxlength=\"\(Webhook.nameLimit)\" autocomplete=\"off\"")
  }

  private var urlField: TextField {
    TextField(
      name: "endpoint_url", label: "Endpoint URL",
      hint: "A public https address that accepts POST.",
      value: answers.endpointURL,
      attributes: """
         type="url" required autocomplete="off" spellcheck="false" autocapitalize="none"
        """, style: .code)
  }

  private func secretPart(_ errors: FormErrors) -> HTML {
    let made = Choice(
      name: "secret_source", value: "made", label: "Make one for me",
      hint: "Recommended. Shown once, after you add it.", isChosen: !answers.usesOwnSecret)
    let own = Choice(
      name: "secret_source", value: "own", label: "Use my own",
      hint: "whsec_ and the base64 of 24 to 64 bytes.", isChosen: answers.usesOwnSecret)
    let field = TextField(
      name: "secret", label: "Your secret (only if you use your own)",
      attributes: """
         type="text" autocomplete="off" spellcheck="false" autocapitalize="none" \
        data-lpignore="true"
        """, style: .code)
    return """
      <fieldset class="part"><legend>Signing secret</legend>
      <div class="choices">
      \(made.render())\(own.render())</div>
      <div data-only-when="secret_source-own">\(field.render(errors))</div>
      </fieldset>
      """
  }

  private var statusPart: HTML {
    """
    <fieldset class="part"><legend>Start sending</legend>
    <div class="radios">
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
      for \(Words.length(shell.site.retention)).</p></li>
      </ol>
      </section>
      """
  }
}
