/// A statement's text and, apart from it, its values.
///
/// What is interpolated is bound to a `?` and never becomes text:
/// `"SELECT name FROM users WHERE id = \(id)"`. There is no way from a `String` variable to text.
package struct SQL: Sendable, Equatable {
  /// With one `?` for each of `values`.
  package private(set) var text: String
  package private(set) var values: [Value]

  private init(text: String, values: [Value]) {
    self.text = text
    self.values = values
  }

  package static func + (left: SQL, right: SQL) -> SQL {
    SQL(text: left.text + right.text, values: left.values + right.values)
  }

  package static func += (left: inout SQL, right: SQL) {
    left.text += right.text
    left.values += right.values
  }
}

extension SQL: ExpressibleByStringInterpolation {
  package init(stringLiteral text: String) {
    self.init(text: text, values: [])
  }

  package init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.sql
  }

  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var sql: SQL

    package init(literalCapacity: Int, interpolationCount: Int) {
      sql = SQL(text: "", values: [])
      sql.text.reserveCapacity(literalCapacity + interpolationCount)
      sql.values.reserveCapacity(interpolationCount)
    }

    package mutating func appendLiteral(_ literal: String) {
      sql.text += literal
    }

    /// One `?`.
    package mutating func appendInterpolation(_ value: some Bindable) {
      sql.text += "?"
      sql.values.append(value.boundValue)
    }

    /// One `?`; nil is NULL. (Of its own, since the compiler warns of an optional that is interpolated
    /// where none is declared.)
    package mutating func appendInterpolation<Wrapped: Bindable>(_ value: Wrapped?) {
      sql.text += "?"
      sql.values.append(value.boundValue)
    }

    /// `?, ?, ?`, for use in parentheses. An empty list traps: `IN ()` is no SQL, and what the
    /// statement then should mean only its author knows.
    package mutating func appendInterpolation<Element: Bindable>(
      list: some Collection<Element>
    ) {
      precondition(!list.isEmpty, "a list in SQL has at least one element")
      sql.text += "?"
      sql.text += String(repeating: ", ?", count: list.count - 1)
      for element in list { sql.values.append(element.boundValue) }
    }

    /// Another piece of SQL, with its values, at this place.
    package mutating func appendInterpolation(_ piece: SQL) {
      sql += piece
    }
  }
}

extension Sequence<SQL> {
  /// The pieces one after the other with `separator` between them. No pieces: empty SQL.
  package func joined(separator: SQL) -> SQL {
    var result: SQL = ""
    var isFirst = true
    for piece in self {
      if !isFirst {
        result += separator
      }
      isFirst = false
      result += piece
    }
    return result
  }
}
