/// What can be bound to one `?` of a statement.
package enum Value: Sendable, Equatable {
  case null
  case integer(Int64)
  case double(Double)
  /// Sent as UTF-8. NUL is a character like any other.
  case text(String)
  case bytes([UInt8])
  /// A moment of the years 0 to 9999, in microseconds since 1970-01-01 UTC; sent as the calendar
  /// time that a clock in UTC shows.
  case dateTime(microseconds: Int64)
}

/// A type whose values can be interpolated into `SQL`.
package protocol Bindable {
  var boundValue: Value { get }
}

extension Value: Bindable {
  package var boundValue: Value { self }
}

extension Int: Bindable {
  package var boundValue: Value { .integer(Int64(self)) }
}

extension Int64: Bindable {
  package var boundValue: Value { .integer(self) }
}

extension Int32: Bindable {
  package var boundValue: Value { .integer(Int64(self)) }
}

extension UInt32: Bindable {
  package var boundValue: Value { .integer(Int64(self)) }
}

/// Bound as 0 or 1, which is what MariaDB's BOOLEAN holds.
extension Bool: Bindable {
  package var boundValue: Value { .integer(self ? 1 : 0) }
}

extension Double: Bindable {
  package var boundValue: Value { .double(self) }
}

extension String: Bindable {
  package var boundValue: Value { .text(self) }
}

extension [UInt8]: Bindable {
  package var boundValue: Value { .bytes(self) }
}

extension Optional: Bindable where Wrapped: Bindable {
  package var boundValue: Value { self?.boundValue ?? .null }
}
