/// Attributes that are there or not. Each begins with its own space: `<input name="x"\(checked)>`.
extension HTML {
  /// ` name="value"`, or nothing without a value.
  package static func attribute(_ name: StaticString, _ value: String?) -> HTML {
    guard let value else { return HTML() }
    return " \(HTML(stringLiteral: name))=\"\(value)\""
  }

  /// ` name`, or nothing.
  package static func flag(_ name: StaticString, when isSet: Bool) -> HTML {
    isSet ? " \(HTML(stringLiteral: name))" : HTML()
  }
}
