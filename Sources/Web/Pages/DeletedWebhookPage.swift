/// Instead of a page of a webhook that was deleted meanwhile, in another tab or by a program.
struct DeletedWebhookPage {
  let shell: Shell
  let name: String
  /// Somebody sent a form.
  let isPost: Bool

  func render() -> HTML {
    Frame(
      title: "“\(name)” was deleted", section: .webhooks,
      content: """
        \(PageHead(
          back: (shell.links(.webhooks), "Webhooks"), heading: "“\(name)” was deleted",
          lede: isPost
            ? "Nothing was saved, and nothing more is sent to it."
            : "Nothing more is sent to it."
        ).render())
        <p class="buttons"><a class="button primary" href="\(shell.links(.webhooks))">Back to \
        webhooks</a></p>
        """
    ).render(in: shell)
  }
}
