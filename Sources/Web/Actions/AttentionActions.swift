import Domain
import Store

/// What a person does with what they were told.
struct AttentionActions {
  let context: Context

  func show() throws -> Response {
    .page(AttentionPage(shell: try context.shell()).render())
  }

  func hide() throws -> Response {
    let attention = context.stores.attention
    let (user, actor) = (context.user.id, context.actor)
    if let job = try context.form.one("job").flatMap({ RetryJob.ID($0) }) {
      try attention.hide(job, of: user, by: actor)
    } else if let notice = try context.form.one("notice").flatMap({ UUID($0) }) {
      try attention.hide(notice, of: user, by: actor)
    } else {
      throw StoreError.notFound
    }
    return .seeOther(context.links(.attention))
  }
}
