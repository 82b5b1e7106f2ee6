import Domain
import Store

/// What a person does with what they were told.
struct AttentionActions {
  let context: Context

  func show() throws -> Response {
    .page(AttentionPage(shell: try context.shell()).render())
  }

  func hide() throws -> Response {
    guard let notice = try context.form.one("notice").flatMap({ UUID($0) }) else {
      throw StoreError.notFound
    }
    try context.stores.attention.hide(notice, of: context.user.id, by: context.actor)
    return .seeOther(context.links(.attention))
  }
}
