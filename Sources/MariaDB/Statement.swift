import CMariaDB

/// One prepared statement of one connection. Owns a `MYSQL_STMT`.
final class Statement {
  let text: String
  private let handle: UnsafeMutablePointer<MYSQL_STMT>
  private let parameters: Parameters
  private var columns: Columns?
  private var isBusy = false

  /// The corresponding C function is `mysql_stmt_prepare`.
  init(preparing text: String, on connection: UnsafeMutablePointer<MYSQL>) throws(DatabaseError) {
    guard let handle = mysql_stmt_init(connection) else {
      throw DatabaseError(of: connection, sql: text)
    }
    if mysql_stmt_prepare(handle, text, UInt(text.utf8.count)) != 0 {
      let error = DatabaseError(of: handle, sql: text, mayHaveRun: false)
      mysql_stmt_close(handle)
      throw error
    }
    self.text = text
    self.handle = handle
    parameters = Parameters(count: Int(mysql_stmt_param_count(handle)))
  }

  deinit {
    mysql_stmt_close(handle)
  }

  /// Executes with one value for each `?`; `read` has to follow.
  func start(_ values: [Value]) throws(DatabaseError) {
    begin()
    do {
      try execute(values)
    } catch {
      end()
      throw error
    }
  }

  /// Reads at most `limit` rows of what was started.
  /// - Throws: `DatabaseError`, or what `decode` throws; the connection can be used again then.
  func read<T>(upTo limit: Int, _ decode: (inout Row) throws -> T) throws -> [T] {
    defer { end() }
    var decoded: [T] = []
    if rows != nil {
      decoded.reserveCapacity(min(rowCount, limit))
    }
    do {
      while let columns = rows, decoded.count < limit, try fetch() {
        var row = Row(columns, sql: text)
        decoded.append(try decode(&row))
      }
    } catch {
      // This failure is the one to tell; the rest of the result is only cleared away.
      try? finish()
      throw error
    }
    try finish()
    return decoded
  }

  /// Executes with one value for each `?`. Returned rows are thrown away.
  /// - Returns: The rows matched; for a SELECT, those selected.
  func execute(discarding values: [Value]) throws(DatabaseError) -> Int {
    begin()
    defer { end() }
    try execute(values)
    let count = rowCount
    try finish()
    return count
  }

  /// Executes once for each of `rows`, of which there is at least one, in one exchange.
  /// - Returns: The rows matched by all of them.
  func execute(rows: [[Value]]) throws(DatabaseError) -> Int {
    begin()
    defer { end() }
    try parameters.fill(rows: rows, sql: text)
    try run(arraySize: UInt32(rows.count))
    let count = rowCount
    try finish()
    return count
  }

  private func begin() {
    precondition(!isBusy, "a statement is not run again while its rows are read")
    isBusy = true
  }

  private func end() {
    isBusy = false
    parameters.release()
  }

  private func execute(_ values: [Value]) throws(DatabaseError) {
    try parameters.fill(values, sql: text)
    try run(arraySize: 0)
  }

  /// The corresponding C functions are `mysql_stmt_execute` and `mysql_stmt_store_result`.
  private func run(arraySize: UInt32) throws(DatabaseError) {
    var arraySize = arraySize
    try check(mysql_stmt_attr_set(handle, STMT_ATTR_ARRAY_SIZE, &arraySize))
    if parameters.count > 0 {
      try check(mysql_stmt_bind_param(handle, parameters.binds))
    }
    try check(mysql_stmt_execute(handle))
    if mysql_stmt_field_count(handle) > 0 {
      try check(currentColumns().bind())
      try check(mysql_stmt_store_result(handle))
    }
  }

  /// The columns of the rows that the last execution returned, or nil when it returned none, as the
  /// CALL of a procedure may.
  private var rows: Columns? {
    mysql_stmt_field_count(handle) > 0 ? columns : nil
  }

  /// Those of the last execution. What `mysql_stmt_prepare` tells of them is not final: the type of
  /// `? + 1` depends on the value, the table may have been altered, and a CALL tells nothing.
  private func currentColumns() -> Columns {
    if let columns, columns.describe(handle) {
      return columns
    } else {
      let described = Columns(of: handle)
      columns = described
      return described
    }
  }

  /// Rows matched by the statement (`CLIENT_FOUND_ROWS`), or selected.
  private var rowCount: Int {
    if mysql_stmt_field_count(handle) > 0 {
      Int(clamping: mysql_stmt_num_rows(handle))
    } else {
      Int(clamping: mysql_stmt_affected_rows(handle))
    }
  }

  /// Whether there was a next row. The corresponding C function is `mysql_stmt_fetch`.
  private func fetch() throws(DatabaseError) -> Bool {
    switch mysql_stmt_fetch(handle) {
    // Truncated: some value is longer than its buffer, and fetched again where it is read.
    case 0, MYSQL_DATA_TRUNCATED: return true
    case MYSQL_NO_DATA: return false
    default: throw DatabaseError(of: handle, sql: text, mayHaveRun: true)
    }
  }

  /// Leaves the connection ready for the next statement: what was not read is dropped, and so are
  /// the further results of a CALL, the last of which can be its error.
  private func finish() throws(DatabaseError) {
    mysql_stmt_free_result(handle)
    var next = mysql_stmt_more_results(handle) != 0 ? mysql_stmt_next_result(handle) : -1
    while next == 0 {
      mysql_stmt_free_result(handle)
      next = mysql_stmt_next_result(handle)
    }
    if next > 0 {
      throw DatabaseError(of: handle, sql: text, mayHaveRun: true)
    }
  }

  private func check(_ result: some BinaryInteger) throws(DatabaseError) {
    if result != 0 {
      throw DatabaseError(of: handle, sql: text, mayHaveRun: true)
    }
  }
}
