import Domain

/// Asks whether many that failed for good are to be sent again or given up, with how many they are.
struct BulkConfirmPage {
  let shell: Shell
  let kind: RetryJob.Kind
  let choice: DeadChoice
  let count: BoundedCount
  let names: DeadFilterWords.Names
  let formID: String
  /// Why it was not done.
  var refusal: String?

  private var isDrop: Bool { kind == .drop }
  private var verb: String { isDrop ? "Drop" : "Retry" }
  private var back: (link: String, label: String) {
    // The list has no place for ticked boxes.
    var filter = choice.filter
    filter.selection = nil
    return (shell.links(.deliveries(.dead(DeadChoice(filter)))), "Failed for good")
  }

  func render() -> HTML {
    guard count.number > 0 else { return nothing }
    return ConfirmPage(
      shell: shell, section: .adminDead, back: back, title: "\(verb) \(deliveries)?", text: text,
      fields: fields, action: .deliveries(isDrop ? .dropDead() : .retryDead()),
      keep: "Leave them", button: "\(verb) \(Words.deliveries(count.number))",
      busy: isDrop ? "Dropping…" : "Starting…", isDestructive: isDrop,
      errors: FormErrors(list: refusal.map { [FieldError("main", $0)] } ?? [])
    ).render()
  }

  private var deliveries: String {
    // What is counted is what is taken, but that nobody counts to the end of a million.
    count.number < BulkJob.limit
      ? Words.deliveries(count.number) : Words.bounded(count) + " deliveries"
  }

  private var text: HTML {
    let which: HTML = "\(DeadFilterWords(filter: choice.filter, names: names).subject). "
    let effect: HTML =
      isDrop
      ? """
      They leave this list and are not sent. The log keeps each as failed; its owner can still send \
      it again.
      """
      : """
      Each gets one more attempt, at most \(BulkJob.window) at once. Those whose webhook is paused, \
      whose user is disabled or whose payload is no longer kept are passed over.
      """
    let cut: HTML? =
      count.isAll
      ? nil
      : """
       Only the newest \(Words.number(choice.filter.countedRows)) that failed for good were looked at, \
      and only these are taken; then start again.
      """
    return "\(which)\(effect)\(cut)"
  }

  private var fields: HTML {
    var html: HTML = "<input type=\"hidden\" name=\"form_id\" value=\"\(formID)\">"
    for field in choice.query.fields {
      html += "<input type=\"hidden\" name=\"\(field.name)\" value=\"\(field.value)\">"
    }
    return html
  }

  private var nothing: HTML {
    let isList = choice.filter.selection != nil
    return Frame(
      title: "Nothing to \(verb.lowercased())", section: .adminDead,
      content: """
        \(PageHead(back: back, heading: "Nothing to \(verb.lowercased())").render())
        \(Notice(
          tone: .info,
          title: isList ? "No delivery was chosen that is still there" : "Nothing matches any more",
          text: isList
            ? "Tick the boxes of some in the list. What was sent again or dropped meanwhile has left it."
            : "What failed for good this way was sent again or dropped meanwhile.",
          action: "<a class=\"button plain small\" href=\"\(back.link)\">Back to the list</a>"
        ).render())
        """
    ).render(in: shell)
  }
}
