import CMariaDB

/// The columns of a result and the memory into which each row is fetched.
///
/// libmariadb writes through the pointers in `MYSQL_BIND` at every fetch: the memory belongs to this
/// object and does not move as long as it lives.
final class Columns {
  enum Kind: Equatable {
    case integer(isUnsigned: Bool)
    case double
    case dateTime
    /// Comes as characters.
    case decimal
    /// Everything else that comes as characters or bytes: strings, JSON, UUID, ENUM, TIME.
    case bytes
  }

  let count: Int
  private let names: [String]
  private let kinds: [Kind]
  private let statement: UnsafeMutablePointer<MYSQL_STMT>
  private let binds: UnsafeMutablePointer<MYSQL_BIND>
  private let lengths: UnsafeMutablePointer<UInt>
  /// `is_null` and `error` of each column.
  private let flags: UnsafeMutablePointer<my_bool>
  private let buffers: UnsafeMutableRawPointer

  /// What a column of bytes gets at least and at most; longer values are fetched a second time, by
  /// `withBytes`, straight to their place.
  private static let bufferBytes = 64...512

  /// Describes the result of `statement`, which must have one, and must outlive this object.
  init(of statement: UnsafeMutablePointer<MYSQL_STMT>) {
    count = Int(mysql_stmt_field_count(statement))
    self.statement = statement
    let fields = Self.fields(of: statement)
    names = fields.map { String(cString: $0.name) }
    kinds = fields.map(Kind.init)
    let sizes = zip(fields, kinds).map(Self.bufferSize)
    binds = .allocate(capacity: count)
    lengths = .allocate(capacity: count)
    flags = .allocate(capacity: 2 * count)
    buffers = .allocate(byteCount: sizes.reduce(0, +), alignment: 16)
    lengths.initialize(repeating: 0, count: count)
    flags.initialize(repeating: 0, count: 2 * count)
    var buffer = buffers
    for column in 0..<count {
      var bind = MYSQL_BIND()
      bind.buffer_type = kinds[column].type
      bind.is_unsigned = kinds[column].isUnsigned ? 1 : 0
      bind.buffer = buffer
      bind.buffer_length = UInt(sizes[column])
      bind.length = lengths + column
      bind.is_null = flags + 2 * column
      bind.error = flags + 2 * column + 1
      binds[column] = bind
      buffer += sizes[column]
    }
  }

  deinit {
    binds.deallocate()
    lengths.deallocate()
    flags.deallocate()
    buffers.deallocate()
  }

  /// Whether the result that `statement` has now is read as the one this object was made for.
  func describe(_ statement: UnsafeMutablePointer<MYSQL_STMT>) -> Bool {
    let fields = Self.fields(of: statement)
    return fields.count == count && fields.indices.allSatisfy { Kind(fields[$0]) == kinds[$0] }
  }

  private static func fields(
    of statement: UnsafeMutablePointer<MYSQL_STMT>
  ) -> UnsafeBufferPointer<MYSQL_FIELD> {
    UnsafeBufferPointer(
      start: mariadb_stmt_fetch_fields(statement), count: Int(mysql_stmt_field_count(statement)))
  }

  /// 0 when it worked. The corresponding C function is `mysql_stmt_bind_result`.
  func bind() -> my_bool {
    mysql_stmt_bind_result(statement, binds)
  }

  func name(of column: Int) -> String {
    names[column]
  }

  func kind(of column: Int) -> Kind {
    kinds[column]
  }

  func isNull(_ column: Int) -> Bool {
    flags[2 * column] != 0
  }

  /// The fixed-size value of a column, as `T`: `Int64`, `UInt64`, `Double` or `MYSQL_TIME` by kind.
  func fixed<T: BitwiseCopyable>(_ column: Int, as type: T.Type) -> T {
    binds[column].buffer.loadUnaligned(as: type)
  }

  /// Length in bytes of a value of kind `bytes` or `decimal`.
  func length(of column: Int) -> Int {
    Int(lengths[column])
  }

  /// The value of kind `bytes` or `decimal` where it lies, or nil when it did not fit there.
  func buffered(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
    let length = length(of: column)
    guard length <= Int(binds[column].buffer_length) else { return nil }
    return UnsafeBufferPointer(
      start: binds[column].buffer.assumingMemoryBound(to: UInt8.self), count: length)
  }

  /// Writes the value of kind `bytes`, whole, to `destination`, of `length(of:)` bytes.
  /// The corresponding C function is `mysql_stmt_fetch_column`.
  func copy(_ column: Int, to destination: UnsafeMutableBufferPointer<UInt8>) -> Bool {
    var length: UInt = 0
    var flags: (my_bool, my_bool) = (0, 0)
    return withUnsafeMutablePointer(to: &length) { length in
      withUnsafeMutablePointer(to: &flags.0) { isNull in
        withUnsafeMutablePointer(to: &flags.1) { error in
          var bind = MYSQL_BIND()
          bind.buffer_type = MYSQL_TYPE_BLOB
          bind.buffer = UnsafeMutableRawPointer(destination.baseAddress)
          bind.buffer_length = UInt(destination.count)
          bind.length = length
          bind.is_null = isNull
          bind.error = error
          return mysql_stmt_fetch_column(statement, &bind, UInt32(column), 0) == 0
        }
      }
    }
  }

  private static func bufferSize(_ field: MYSQL_FIELD, _ kind: Kind) -> Int {
    switch kind {
    case .integer, .double: 8
    case .dateTime: (MemoryLayout<MYSQL_TIME>.stride + 7) & ~7
    case .decimal, .bytes:
      (min(max(Int(field.length), bufferBytes.lowerBound), bufferBytes.upperBound) + 7) & ~7
    }
  }
}

extension Columns.Kind {
  fileprivate init(_ field: MYSQL_FIELD) {
    switch field.type {
    case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG,
      MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR:
      self = .integer(isUnsigned: field.flags & UInt32(UNSIGNED_FLAG) != 0)
    case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: self = .double
    case MYSQL_TYPE_DATETIME, MYSQL_TYPE_TIMESTAMP, MYSQL_TYPE_DATE: self = .dateTime
    case MYSQL_TYPE_DECIMAL, MYSQL_TYPE_NEWDECIMAL: self = .decimal
    default: self = .bytes
    }
  }

  fileprivate var type: enum_field_types {
    switch self {
    case .integer: MYSQL_TYPE_LONGLONG
    case .double: MYSQL_TYPE_DOUBLE
    case .dateTime: MYSQL_TYPE_DATETIME
    case .decimal, .bytes: MYSQL_TYPE_BLOB
    }
  }

  fileprivate var isUnsigned: Bool {
    if case .integer(isUnsigned: true) = self { true } else { false }
  }
}
