import Store

// `?after=KEY` and `?before=KEY`, as the lists that are paged by their key have them.
extension ListPlace {
  /// - Parameter read: nil for what is no key: the list begins at its beginning.
  init(_ query: Query, _ read: (String) -> Key?) {
    self =
      if let key = query["after"].flatMap(read) {
        .after(key)
      } else if let key = query["before"].flatMap(read) {
        .before(key)
      } else {
        .first
      }
  }

  func write(to query: inout Query, _ text: (Key) -> String) {
    switch self {
    case .first: break
    case .after(let key): query.append("after", text(key))
    case .before(let key): query.append("before", text(key))
    }
  }
}
