/// The apps that come with the product, in the order they are shown. What an administrator adds or
/// changes is in the database.
///
/// Facts: the providers' own documentation, as of 2026-11.
package enum AppCatalog {
  package static let apps: [App] =
    crm + communication + productivity + analytics + storage
    + development

  package static func app(_ id: AppID) -> App? {
    byID[id]
  }

  /// Apps to which one account's grants are one grant at the provider, this one among them; none
  /// where each has its own.
  package static func sharingGrant(with id: AppID) -> [AppID] {
    guard let group = app(id)?.provider?.sharedGrant else { return [] }
    return apps.filter { $0.provider?.sharedGrant == group }.map(\.id)
  }

  /// Apps of which a grant may reach several sites: `Connection.lacksSite`.
  package static let withSites: [AppID] = apps.filter { $0.provider?.sites != nil }.map(\.id)

  private static let byID = Dictionary(uniqueKeysWithValues: apps.map { ($0.id, $0) })
}
