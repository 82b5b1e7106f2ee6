/// Which of the three programs reads the settings.
package enum Program: Sendable, CaseIterable {
  case web, worker, admin

  /// The database account of its own, which may do what it needs and no more.
  var databaseUser: String {
    switch self {
    case .web: "patchbay_web"
    case .worker: "patchbay_worker"
    case .admin: "patchbay_admin"
    }
  }
}
