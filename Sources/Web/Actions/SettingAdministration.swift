import Domain
import Store

/// The configuration, shown to administrators.
struct SettingAdministration {
  let context: Context

  func show() throws -> Response {
    .page(
      AdminSettingsPage(
        shell: try context.shell(), configuration: context.settings.configuration,
        diagnosis: try context.stores.diagnose()
      ).render())
  }
}
