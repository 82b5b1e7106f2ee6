extension Query {
  /// A broken escape, text that is not UTF-8, or a field twice that may be there once.
  package struct Malformed: Error, Sendable {}

  /// As `init`, but nothing is left out.
  package init(strict text: some Collection<UInt8>) throws(Malformed) {
    self.init(text)
    let pairs = text.split(separator: UInt8(ascii: "&")).count
    guard fields.count == pairs else { throw Malformed() }
  }

  /// The one value of that name; nil where there is none.
  package func one(_ name: String) throws(Malformed) -> String? {
    let values = all(name)
    guard values.count <= 1 else { throw Malformed() }
    return values.first
  }
}
