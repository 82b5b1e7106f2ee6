import Domain
package import Store

/// What the address of the list of people asks for.
package struct UserListFilter: Equatable, Sendable {
  package var filter: UserFilter
  package var place: ListPlace<String>

  package init(filter: UserFilter = UserFilter(), place: ListPlace<String> = .first) {
    self.filter = filter
    self.place = place
  }

  package init(_ query: Query) {
    filter = UserFilter(
      role: query["role"].flatMap(User.Role.init(rawValue:)),
      state: query["state"].flatMap(User.State.init(rawValue:)),
      prefix: (query["q"] ?? "").trimmingSpaces.lowercased())
    place = ListPlace(query) { $0 }
  }

  package var query: Query {
    var query = Query()
    query.append("q", filter.prefix.isEmpty ? nil : filter.prefix)
    query.append("role", filter.role?.rawValue)
    query.append("state", filter.state?.rawValue)
    place.write(to: &query) { $0 }
    return query
  }

  var narrows: Bool { filter != UserFilter() }

  func at(_ place: ListPlace<String>) -> UserListFilter {
    UserListFilter(filter: filter, place: place)
  }
}
