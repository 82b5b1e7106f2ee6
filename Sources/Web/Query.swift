import Domain

/// The names and values behind the `?` of an address, or in the body of a form.
///
/// Read and written as `application/x-www-form-urlencoded`. Source: WHATWG URL section 5.
package struct Query: Sendable {
  package struct Field: Sendable, Equatable {
    package let name: String
    package let value: String
  }

  /// In their order; names may repeat.
  package private(set) var fields: [Field] = []

  package init() {}

  /// A pair that is not UTF-8 or has a broken escape is left out.
  package init(_ text: some Collection<UInt8>) {
    for pair in text.split(separator: UInt8(ascii: "&")) {
      let parts = pair.split(
        separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentEncoding.decode(parts[0], plusIsSpace: true),
        let value = PercentEncoding.decode(
          parts.count == 2 ? parts[1] : parts[0].suffix(0), plusIsSpace: true)
      else { continue }
      append(name, value)
    }
  }

  package init(_ text: String) {
    self.init(Array(text.utf8))
  }

  /// The first value of that name.
  package subscript(name: String) -> String? {
    fields.first { $0.name == name }?.value
  }

  /// All values of that name.
  package func all(_ name: String) -> [String] {
    fields.filter { $0.name == name }.map(\.value)
  }

  package mutating func append(_ name: String, _ value: String?) {
    if let value { fields.append(Field(name: name, value: value)) }
  }

  /// `?name=value&…`, or nothing when there are none.
  package var text: String {
    guard !fields.isEmpty else { return "" }
    let pairs = fields.map {
      "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))"
    }
    return "?" + pairs.joined(separator: "&")
  }
}
