/// The part of an address from the `?` on, as it is printed; `FormBody` reads it.
struct QueryText {
  /// `?name=value&…`, or nothing.
  private(set) var text = ""

  /// Adds a pair, if there is a value.
  mutating func append(_ name: StaticString, _ value: String?) {
    guard let value else { return }
    text += "\(text.isEmpty ? "?" : "&")\(name)=\(PercentEncoding.encode(value))"
  }
}
