import Domain

/// Prints addresses in full and reads them back: `Route` knows nothing of the prefix.
package struct Links: Sendable {
  /// The path of the public URL, without a slash at its end: `/settings/integrations`, or nothing.
  package let prefix: String
  /// Changes with each release, so that browsers may keep the assets.
  package let assetVersion: String

  package init(prefix: String, assetVersion: String) {
    self.prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
    self.assetVersion = assetVersion
  }

  package func callAsFunction(_ route: Route) -> String {
    route == .root && !prefix.isEmpty ? prefix : prefix + route.path
  }

  /// The address of a file in `Assets`, which nginx serves.
  package func asset(_ name: String) -> String {
    "\(prefix)/assets/\(name)?v=\(PercentEncoding.encode(assetVersion))"
  }

  /// The route at a path with its query, or nil when it is not one of ours. The only judge of
  /// `next`: what it returns is printed anew, so no address of somebody else's gets through.
  package func route(at address: String) -> Route? {
    let parts = address.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    let path = String(parts[0])
    guard path.hasPrefix(prefix) else { return nil }
    return Route(
      path: String(path.dropFirst(prefix.count)),
      query: Query(parts.count == 2 ? String(parts[1]) : ""))
  }
}
