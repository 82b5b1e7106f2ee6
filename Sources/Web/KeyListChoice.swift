package import Domain
package import Store

/// What the address of a list of API keys asks for.
package struct KeyListChoice: Equatable, Sendable {
  /// The key that was just revoked, to be named above the list.
  package var revoked: UUID?
  package var place: ListPlace<UUID>

  package init(revoked: UUID? = nil, place: ListPlace<UUID> = .first) {
    self.revoked = revoked
    self.place = place
  }

  init(_ query: Query) {
    self.init(
      revoked: query["revoked"].flatMap { UUID($0) }, place: ListPlace(query) { UUID($0) })
  }

  var query: Query {
    var query = Query()
    query.append("revoked", revoked?.description)
    place.write(to: &query, \.description)
    return query
  }
}
