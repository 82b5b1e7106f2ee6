extension Query {
  /// A broken escape, text that is not UTF-8, or a field twice that may be there once.
  package struct Malformed: Error, Sendable {
    /// The field that is there twice; nil where something else is wrong.
    package var repeated: String?
  }

  /// As `init`, but nothing is left out.
  package init(strict text: some Collection<UInt8>) throws(Malformed) {
    self.init(text)
    let pairs = text.split(separator: UInt8(ascii: "&")).count
    guard fields.count == pairs else { throw Malformed() }
  }

  /// The one value of that name; nil where there is none.
  package func one(_ name: String) throws(Malformed) -> String? {
    let values = all(name)
    guard values.count <= 1 else { throw Malformed(repeated: name) }
    return values.first
  }

  /// Fields that may be there once for each thing chosen, or row filled in.
  private static let lists: Set<String> = [
    "d", "events", "header_name", "header_value", "kept_name", "kept_value", "remove", "scope",
    "scopes",
  ]

  /// Every other field says one thing. An empty one says nothing: a filter's form sends all it has.
  func checkSaysOneThing() throws(Malformed) {
    var said: Set<String> = []
    for field in fields where !field.value.isEmpty && !Self.lists.contains(field.name) {
      guard said.insert(field.name).inserted else { throw Malformed(repeated: field.name) }
    }
  }
}
