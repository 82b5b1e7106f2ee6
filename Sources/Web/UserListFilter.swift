import Domain
package import Store

/// What the address of the list of people asks for.
package struct UserListFilter: Equatable, Sendable {
  package var filter: UserFilter
  package var place: UserPlace

  package init(filter: UserFilter = UserFilter(), place: UserPlace = .first) {
    self.filter = filter
    self.place = place
  }

  package init(_ query: Query) {
    filter = UserFilter(
      role: query["role"].flatMap(User.Role.init(rawValue:)),
      state: query["state"].flatMap(User.State.init(rawValue:)),
      prefix: (query["q"] ?? "").trimmingSpaces.lowercased())
    place =
      if let after = query["after"] {
        .after(after)
      } else if let before = query["before"] {
        .before(before)
      } else {
        .first
      }
  }

  package var query: Query {
    var query = Query()
    query.append("q", filter.prefix.isEmpty ? nil : filter.prefix)
    query.append("role", filter.role?.rawValue)
    query.append("state", filter.state?.rawValue)
    switch place {
    case .first: break
    case .after(let email): query.append("after", email)
    case .before(let email): query.append("before", email)
    }
    return query
  }

  var narrows: Bool { filter != UserFilter() }

  func at(_ place: UserPlace) -> UserListFilter {
    UserListFilter(filter: filter, place: place)
  }
}
