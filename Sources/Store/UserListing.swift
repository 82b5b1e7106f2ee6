package import Domain
import MariaDB

/// What a list of people is narrowed to.
package struct UserFilter: Sendable, Equatable {
  package var role: User.Role?
  package var state: User.State?
  /// What an e-mail address begins with, in lower case; empty for all.
  package var prefix: String

  package init(role: User.Role? = nil, state: User.State? = nil, prefix: String = "") {
    self.role = role
    self.state = state
    self.prefix = prefix
  }
}

/// A person with what administrators see of them in a list.
package struct ListedUser: Sendable {
  package let user: User
  package let hasPassword: Bool
  package let createdAt: Timestamp
  package let invitedAt: Timestamp?
  package let lastSeenAt: Timestamp?
  package internal(set) var connections = 0
  package internal(set) var webhooks = 0
  package internal(set) var keys = 0

  package init(
    user: User, hasPassword: Bool, createdAt: Timestamp, invitedAt: Timestamp?,
    lastSeenAt: Timestamp?
  ) {
    self.user = user
    self.hasPassword = hasPassword
    self.createdAt = createdAt
    self.invitedAt = invitedAt
    self.lastSeenAt = lastSeenAt
  }

  package var state: User.State {
    user.status == .disabled ? .disabled : invitedAt != nil ? .invited : .active
  }
}

extension UserStore {
  /// By e-mail address.
  package func page(
    _ filter: UserFilter, from place: ListPlace<String>, limit: Int
  ) throws -> ListPage<ListedUser> {
    let order: SQL = place.isBackwards ? "ORDER BY u.email DESC" : "ORDER BY u.email"
    let found = try database.query(
      """
      SELECT \(ListedUser.columns) FROM users AS u \(filter.index)
       WHERE u.email IS NOT NULL \(filter.condition) \(place.condition) \(order) LIMIT \(limit + 1)
      """, ListedUser.init(row:))
    var page = ListPage(found, limit: limit, from: place)
    try count(&page.items)
    return page
  }

  /// - Throws: `StoreError.notFound`
  package func listed(_ id: User.ID) throws -> ListedUser {
    var found = try database.query(
      "SELECT \(ListedUser.columns) FROM users AS u WHERE u.id = \(id) AND u.deleted_at IS NULL",
      ListedUser.init(row:))
    try count(&found)
    guard let user = found.first else { throw StoreError.notFound }
    return user
  }

  /// What each has, for those alone who are shown.
  private func count(_ users: inout [ListedUser]) throws {
    guard !users.isEmpty else { return }
    let ids = users.map(\.user.id).padded
    let connections = try counts(
      """
      SELECT user_id, COUNT(*) FROM user_integrations WHERE user_id IN (\(list: ids)) GROUP BY user_id
      """)
    let webhooks = try counts(
      """
      SELECT user_id, COUNT(*) FROM webhooks
       WHERE user_id IN (\(list: ids)) AND deleted_at IS NULL GROUP BY user_id
      """)
    let keys = try counts(
      """
      SELECT user_id, COUNT(*) FROM api_keys
       WHERE user_id IN (\(list: ids)) AND revoked_at IS NULL
         AND (expires_at IS NULL OR expires_at > UTC_TIMESTAMP(6)) GROUP BY user_id
      """)
    for index in users.indices {
      let id = users[index].user.id
      users[index].connections = connections[id] ?? 0
      users[index].webhooks = webhooks[id] ?? 0
      users[index].keys = keys[id] ?? 0
    }
  }

  private func counts(_ sql: SQL) throws -> [User.ID: Int] {
    Dictionary(
      uniqueKeysWithValues: try database.query(sql) { row in
        (try row.id(User.self), try row.int())
      })
  }
}

extension UserFilter {
  /// The index with the fewest others in it. Each is in the order of the list, for one value of its
  /// first column.
  fileprivate var index: SQL {
    switch (state, role) {
    case (_, .administrator): "FORCE INDEX (by_role)"
    case (.disabled, _): "FORCE INDEX (by_status)"
    case (.invited, _), (.active, _): "FORCE INDEX (invited_by_email)"
    case (nil, _): "FORCE INDEX (email)"
    }
  }

  fileprivate var condition: SQL {
    let role: SQL = role.map { "AND u.role = \($0.rawValue)" } ?? ""
    let state: SQL =
      switch state {
      case .active: "AND u.status = 'active' AND u.is_invited = FALSE"
      case .invited: "AND u.status = 'active' AND u.is_invited = TRUE"
      case .disabled: "AND u.status = 'disabled'"
      case nil: ""
      }
    let prefix: SQL = prefix.isEmpty ? "" : "AND u.email LIKE \(likePattern)"
    return "\(role) \(state) \(prefix)"
  }

  /// The prefix with what LIKE would understand escaped.
  private var likePattern: String {
    var text = ""
    for character in prefix.lowercased() {
      if "%_\\".contains(character) { text.append("\\") }
      text.append(character)
    }
    return text + "%"
  }
}

extension ListPlace<String> {
  fileprivate var condition: SQL {
    switch self {
    case .first: ""
    case .after(let email): "AND u.email > \(email)"
    case .before(let email): "AND u.email < \(email)"
    }
  }
}

extension ListedUser {
  fileprivate static let columns: SQL = """
    u.id, u.email, u.role, u.status, u.password_hash IS NOT NULL, u.created_at, u.invited_at,
    u.last_seen_at
    """

  fileprivate init(row: inout Row) throws {
    self.init(
      user: try User(row: &row), hasPassword: try row.bool(), createdAt: try row.timestamp(),
      invitedAt: try row.optionalTimestamp(), lastSeenAt: try row.optionalTimestamp())
  }
}
