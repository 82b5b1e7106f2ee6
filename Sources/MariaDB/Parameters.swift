import CMariaDB

/// The memory behind the `?` of one statement.
///
/// libmariadb copies the `MYSQL_BIND` array when it is bound and follows the pointers in it when the
/// statement is executed. All of them lead into one block that is filled before binding and does not
/// move until the next filling.
final class Parameters {
  let count: Int
  /// For `mysql_stmt_bind_param`.
  let binds: UnsafeMutablePointer<MYSQL_BIND>
  private var block = UnsafeMutableRawBufferPointer(start: nil, count: 0)
  private var used = 0

  /// A block larger than this is given back after the execution that needed it.
  private static let keptBytes = 65_536

  init(count: Int) {
    self.count = count
    binds = .allocate(capacity: max(count, 1))
  }

  deinit {
    binds.deallocate()
    block.deallocate()
  }

  /// Fills the memory for one execution with one value for each `?`.
  func fill(_ values: [Value], sql: String) throws(DatabaseError) {
    precondition(values.count == count, "as many values as the statement has `?`")
    reserve(values.reduce(0) { $0 + $1.size + MemoryLayout<UInt>.stride })
    for (position, value) in values.enumerated() {
      var bind = MYSQL_BIND()
      bind.buffer_type = value.type
      bind.length = place(UInt(value.length))
      bind.buffer = try place(value, sql: sql)
      binds[position] = bind
    }
  }

  /// Fills the memory for one execution with many rows: an array for each `?`, of numbers side by
  /// side, or of pointers where the values differ in length.
  func fill(rows: [[Value]], sql: String) throws(DatabaseError) {
    precondition(count > 0, "a statement for many rows has values")
    var size = 0
    for row in rows {
      precondition(row.count == count, "as many values in each row as the statement has `?`")
      size += row.reduce(0) { $0 + $1.size }
    }
    // For each value an indicator, a length and a number or pointer; 8 to align the indicators.
    reserve(size + count * (rows.count * (1 + 2 * MemoryLayout<UInt>.stride) + 8))
    for position in 0..<count {
      binds[position] = try column(position, of: rows, sql: sql)
    }
  }

  /// To be called when the statement has been executed.
  func release() {
    if block.count > Self.keptBytes {
      block.deallocate()
      block = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }
  }

  private func column(_ position: Int, of rows: [[Value]], sql: String) throws(DatabaseError)
    -> MYSQL_BIND
  {
    let type = Self.commonType(of: position, in: rows)
    let isFixed = type == MYSQL_TYPE_LONGLONG || type == MYSQL_TYPE_DOUBLE
    let indicators = take(rows.count, of: CChar.self)
    let lengths = take(rows.count, of: UInt.self)
    let cells = take(rows.count, of: UnsafeMutableRawPointer?.self)
    for (number, row) in rows.enumerated() {
      let value = row[position]
      indicators[number] = CChar(
        (value == .null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE).rawValue)
      lengths[number] = UInt(value.length)
      let cell = UnsafeMutableRawPointer(cells + number)
      switch value {
      case .integer(let integer) where isFixed: cell.storeBytes(of: integer, as: Int64.self)
      case .double(let double) where isFixed:
        cell.storeBytes(of: try finite(double, sql: sql), as: Double.self)
      default: cells[number] = try place(value, sql: sql)
      }
    }
    var bind = MYSQL_BIND()
    bind.buffer_type = type
    bind.length = lengths
    bind.buffer = UnsafeMutableRawPointer(cells)
    bind.u.indicator = indicators
    return bind
  }

  /// The protocol has one type for each `?`, not for each row. A column of NULLs is of any type.
  private static func commonType(of position: Int, in rows: [[Value]]) -> enum_field_types {
    var common: enum_field_types?
    for row in rows where row[position] != .null {
      let type = row[position].type
      precondition(common == nil || common == type, "one type for each `?` in all rows")
      common = type
    }
    return common ?? MYSQL_TYPE_STRING
  }

  private func place(_ value: Value, sql: String) throws(DatabaseError) -> UnsafeMutableRawPointer?
  {
    switch value {
    case .null:
      return nil
    case .integer(let integer):
      return UnsafeMutableRawPointer(place(integer))
    case .double(let double):
      return UnsafeMutableRawPointer(place(try finite(double, sql: sql)))
    case .text(var text):
      return text.withUTF8 { place(UnsafeRawBufferPointer($0)) }
    case .bytes(let bytes):
      return bytes.withUnsafeBytes { place($0) }
    case .dateTime(let microseconds):
      guard let time = DateTime.calendar(microseconds: microseconds) else {
        throw .unexpectedValue("a moment outside the years 0 to 9999", sql: sql)
      }
      return UnsafeMutableRawPointer(place(time))
    }
  }

  /// The server would store 0 for what is no number, without a word.
  private func finite(_ double: Double, sql: String) throws(DatabaseError) -> Double {
    guard double.isFinite else { throw .unexpectedValue("a number that is not finite", sql: sql) }
    return double
  }

  private func place<T: BitwiseCopyable>(_ value: T) -> UnsafeMutablePointer<T> {
    let place = take(1, of: T.self)
    place.initialize(to: value)
    return place
  }

  private func place(_ bytes: UnsafeRawBufferPointer) -> UnsafeMutableRawPointer {
    let place = UnsafeMutableRawPointer(take(bytes.count, of: UInt8.self))
    if let start = bytes.baseAddress {
      place.copyMemory(from: start, byteCount: bytes.count)
    }
    return place
  }

  private func reserve(_ size: Int) {
    used = 0
    if block.count < size {
      block.deallocate()
      block = .allocate(byteCount: size, alignment: 16)
    }
  }

  /// The next part of the block, which `reserve` has made large enough; every part is aligned to 8.
  private func take<T>(_ count: Int, of type: T.Type) -> UnsafeMutablePointer<T> {
    let size = aligned(count * MemoryLayout<T>.stride)
    precondition(used + size <= block.count, "reserve() counts what is placed")
    let start = block.baseAddress! + used
    used += size
    return start.bindMemory(to: T.self, capacity: count)
  }
}

private func aligned(_ size: Int) -> Int {
  (size + 7) & ~7
}

extension Value {
  fileprivate var type: enum_field_types {
    switch self {
    case .null: MYSQL_TYPE_NULL
    case .integer: MYSQL_TYPE_LONGLONG
    case .double: MYSQL_TYPE_DOUBLE
    case .text: MYSQL_TYPE_STRING
    case .bytes: MYSQL_TYPE_BLOB
    case .dateTime: MYSQL_TYPE_DATETIME
    }
  }

  /// In bytes, where the protocol sends a length.
  var length: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .bytes(let bytes): bytes.count
    case .null, .integer, .double, .dateTime: 0
    }
  }

  /// What it takes of the block.
  fileprivate var size: Int {
    switch self {
    case .null: 0
    case .integer, .double: 8
    case .text, .bytes: aligned(length)
    case .dateTime: aligned(MemoryLayout<MYSQL_TIME>.stride)
    }
  }
}
