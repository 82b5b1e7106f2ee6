import CMariaDB

extension DatabaseError {
  /// The last error of a connection.
  init(of connection: UnsafeMutablePointer<MYSQL>, sql: String, mayHaveRun: Bool = false) {
    self.init(
      number: mysql_errno(connection), state: mysql_sqlstate(connection),
      words: mysql_error(connection), sql: sql, mayHaveRun: mayHaveRun)
  }

  /// The last error of a statement.
  init(of statement: UnsafeMutablePointer<MYSQL_STMT>, sql: String, mayHaveRun: Bool) {
    self.init(
      number: mysql_stmt_errno(statement), state: mysql_stmt_sqlstate(statement),
      words: mysql_stmt_error(statement), sql: sql, mayHaveRun: mayHaveRun)
  }

  /// libmariadb says `CR_SERVER_GONE_ERROR` when it could not write, and a statement written in part
  /// is not run; every other loss comes after all of it was written.
  private init(
    number: UInt32, state: UnsafePointer<CChar>?, words: UnsafePointer<CChar>?, sql: String,
    mayHaveRun: Bool
  ) {
    self.init(
      Code(number), sqlState: state.map { String(cString: $0) } ?? "HY000",
      message: words.map { String(cString: $0) } ?? "", sql: sql)
    outcomeIsUnknown = mayHaveRun && isConnectionLost && code != .serverGone
  }
}
