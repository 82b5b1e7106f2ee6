import CMariaDB

/// One row of a result, read column by column in the order of the SELECT; each call moves on.
///
/// It stays in the closure it was given to, since the next row takes its place in memory. A NULL
/// where none is expected, or a column of another type, throws `DatabaseError.Code.unexpectedValue`
/// with the column's name. Reading past the last column traps.
package struct Row: ~Copyable {
  private let columns: Columns
  private let sql: String
  private var next = 0

  init(_ columns: Columns, sql: String) {
    self.columns = columns
    self.sql = sql
  }
}

extension Row {
  package mutating func int() throws(DatabaseError) -> Int {
    Int(try int64())
  }

  /// From integers, and from decimals without a fraction (what SUM of integers gives).
  package mutating func int64() throws(DatabaseError) -> Int64 {
    let column = next
    return try required(try optionalInt64(), column, "an integer")
  }

  /// From integers, and from decimals.
  package mutating func double() throws(DatabaseError) -> Double {
    let column = next
    return try required(try optionalDouble(), column, "a number")
  }

  /// From the integers 0 and 1.
  package mutating func bool() throws(DatabaseError) -> Bool {
    let column = next
    return try required(try optionalBool(), column, "0 or 1")
  }

  /// From everything that comes as characters, JSON and UUID included; never from bytes that are
  /// not UTF-8.
  package mutating func text() throws(DatabaseError) -> String {
    let column = next
    return try required(try optionalText(), column, "text")
  }

  package mutating func bytes() throws(DatabaseError) -> [UInt8] {
    let column = next
    return try required(try optionalBytes(), column, "bytes")
  }

  /// Microseconds since 1970-01-01 UTC, from DATETIME, TIMESTAMP and DATE, whose calendar time is
  /// taken as that of UTC.
  package mutating func dateTime() throws(DatabaseError) -> Int64 {
    let column = next
    return try required(try optionalDateTime(), column, "a moment")
  }
}

extension Row {
  package mutating func optionalInt() throws(DatabaseError) -> Int? {
    try optionalInt64().map { Int($0) }
  }

  package mutating func optionalInt64() throws(DatabaseError) -> Int64? {
    let column = advance()
    if columns.isNull(column) { return nil }
    let value: Int64? =
      switch columns.kind(of: column) {
      case .integer(isUnsigned: false): columns.fixed(column, as: Int64.self)
      case .integer(isUnsigned: true): Int64(exactly: columns.fixed(column, as: UInt64.self))
      case .decimal: columns.buffered(column).flatMap { Int64(String(decoding: $0, as: UTF8.self)) }
      case .double, .dateTime, .bytes: nil
      }
    return try present(value, column, "an integer")
  }

  package mutating func optionalDouble() throws(DatabaseError) -> Double? {
    let column = advance()
    if columns.isNull(column) { return nil }
    let value: Double? =
      switch columns.kind(of: column) {
      case .integer(isUnsigned: false): Double(columns.fixed(column, as: Int64.self))
      case .integer(isUnsigned: true): Double(columns.fixed(column, as: UInt64.self))
      case .double: columns.fixed(column, as: Double.self)
      case .decimal:
        columns.buffered(column).flatMap { Double(String(decoding: $0, as: UTF8.self)) }
      case .dateTime, .bytes: nil
      }
    return try present(value, column, "a number")
  }

  package mutating func optionalBool() throws(DatabaseError) -> Bool? {
    let column = next
    guard let value = try optionalInt64() else { return nil }
    return try present(value == 0 ? false : value == 1 ? true : nil, column, "0 or 1")
  }

  package mutating func optionalText() throws(DatabaseError) -> String? {
    let column = advance()
    if columns.isNull(column) { return nil }
    guard case .bytes = columns.kind(of: column) else {
      return try present(nil, column, "text")
    }
    if let bytes = columns.buffered(column) {
      return try present(String(validating: bytes, as: UTF8.self), column, "text")
    } else {
      return try present(String(validating: try long(column), as: UTF8.self), column, "text")
    }
  }

  package mutating func optionalBytes() throws(DatabaseError) -> [UInt8]? {
    let column = advance()
    if columns.isNull(column) { return nil }
    guard case .bytes = columns.kind(of: column) else {
      return try present(nil, column, "bytes")
    }
    if let bytes = columns.buffered(column) {
      return Array(bytes)
    } else {
      return try long(column)
    }
  }

  package mutating func optionalDateTime() throws(DatabaseError) -> Int64? {
    let column = advance()
    if columns.isNull(column) { return nil }
    guard case .dateTime = columns.kind(of: column) else {
      return try present(nil, column, "a moment")
    }
    let time = columns.fixed(column, as: MYSQL_TIME.self)
    return try present(DateTime.microseconds(time), column, "a moment")
  }

  private mutating func advance() -> Int {
    precondition(next < columns.count, "a row is not read past its last column")
    defer { next += 1 }
    return next
  }

  /// A value longer than its buffer.
  private func long(_ column: Int) throws(DatabaseError) -> [UInt8] {
    let length = columns.length(of: column)
    var isComplete = false
    let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
      let destination = UnsafeMutableBufferPointer(rebasing: buffer[..<length])
      isComplete = columns.copy(column, to: destination)
      count = isComplete ? length : 0
    }
    return try present(isComplete ? bytes : nil, column, "a value that can be fetched")
  }

  private func present<T>(_ value: T?, _ column: Int, _ expected: String) throws(DatabaseError)
    -> T
  {
    guard let value else {
      throw .unexpectedValue("column \(columns.name(of: column)) is not \(expected)", sql: sql)
    }
    return value
  }

  /// A value that was not NULL.
  private func required<T>(_ value: T?, _ column: Int, _ expected: String) throws(DatabaseError)
    -> T
  {
    guard let value else {
      throw .unexpectedValue(
        "column \(columns.name(of: column)) is NULL, not \(expected)", sql: sql)
    }
    return value
  }
}
