import Glibc

/// One thread's way to the database: at most one connection, made when it is first needed and made
/// anew when it was lost.
///
/// Every statement is prepared once for each connection and kept. There is no exchange with the
/// server beside the statement's own: a connection that died while idle shows in the socket, and a
/// statement that could not be sent is sent again on a new one. A statement that may have run never
/// is. In a transaction nothing is sent again but the whole of it.
package final class Database {
  private let options: DatabaseOptions
  private let session: Session
  private var longestChange = Duration.zero

  /// Connects at the first use.
  package init(_ options: DatabaseOptions) {
    self.options = options
    session = Session(options)
  }

  /// Whether the body of `transaction` is being run.
  package var isInTransaction: Bool { session.isInTransaction }

  /// How long it may have kept rows locked since this was last asked for, at the most: the longest
  /// transaction, or statement by itself that is run for what it changes, until it was committed.
  package func takeLongestChange() -> Duration {
    defer { longestChange = .zero }
    return longestChange
  }

  /// Connects now, if there is no connection.
  /// - Throws: The error of the last host tried.
  package func connect() throws(DatabaseError) {
    try session.connect()
  }

  /// Not inside a transaction. The next use connects again.
  package func close() {
    precondition(!isInTransaction, "a transaction ends before its connection is closed")
    session.close()
  }

  /// The rows in the server's order, each read by `decode` in the order of its columns.
  ///
  /// `decode` may run other statements, but not this one.
  /// - Throws: `DatabaseError`, or what `decode` throws.
  package func query<T>(_ sql: SQL, _ decode: (inout Row) throws -> T) throws -> [T] {
    try rows(of: sql, upTo: .max, decode)
  }

  /// The first row, or nil when there is none. Further rows are not read.
  /// - Throws: As `query`.
  package func first<T>(_ sql: SQL, _ decode: (inout Row) throws -> T) throws -> T? {
    try rows(of: sql, upTo: 1, decode).first
  }

  /// Runs a statement whose rows, if any, do not matter.
  /// - Returns: The rows that its conditions matched, changed or not; inserted rows; for a SELECT,
  ///   the rows selected.
  @discardableResult package func execute(_ sql: SQL) throws(DatabaseError) -> Int {
    try beginningAgain { connection throws(DatabaseError) in
      try connection.statement(sql.text, for: [sql.values]).execute(discarding: sql.values)
    }
  }

  /// One INSERT, UPDATE, DELETE or REPLACE for many rows, in one exchange with the server.
  ///
  /// All of it happens or nothing. Without rows nothing is done. What is more than the server's
  /// `max_allowed_packet` takes, 16 MiB as a rule, is refused as `packetTooLarge`.
  /// - Parameters:
  ///   - text: With `?` for each value.
  ///   - rows: Each with as many values as the text has `?`, and in each place of one case (or
  ///     null) in all rows; anything else traps.
  /// - Returns: The rows matched by all of them.
  @discardableResult package func execute(
    _ text: String, rows: [[Value]]
  ) throws(DatabaseError) -> Int {
    if rows.isEmpty { return 0 }
    return try beginningAgain { connection throws(DatabaseError) in
      try connection.statement(text, for: rows).execute(rows: rows)
    }
  }

  /// Runs several statements, separated by `;` (also where some of them hold BEGIN … END: no
  /// DELIMITER is needed).
  ///
  /// Not in one transaction: what ran before an error stays. Traps without
  /// `DatabaseOptions.allowsScripts`.
  /// - Throws: With the number of the failing statement in place of SQL.
  package func run(script: String) throws(DatabaseError) {
    precondition(options.allowsScripts, "scripts are for connections that allow them")
    try session.on { connection throws(DatabaseError) in
      try connection.run(script: script)
    }
  }

  /// Runs one statement, which outside a transaction is one of its own: a deadlock has undone it, and
  /// it is begun again like any other.
  private func beginningAgain(
    _ body: (Connection) throws(DatabaseError) -> Int
  ) throws(DatabaseError) -> Int {
    var restarts = 0
    while true {
      let start = ContinuousClock.now
      defer { noteChange(since: start) }
      do throws(DatabaseError) {
        return try session.on(body)
      } catch {
        guard error.code == .deadlock, !isInTransaction, restarts < Self.restartLimit
        else { throw error }
      }
      restarts += 1
      Self.pause(before: restarts)
    }
  }

  private func noteChange(since start: ContinuousClock.Instant) {
    longestChange = max(longestChange, start.duration(to: .now))
  }

  private func rows<T>(
    of sql: SQL, upTo limit: Int, _ decode: (inout Row) throws -> T
  ) throws -> [T] {
    let (connection, statement) = try session.on { connection throws(DatabaseError) in
      let statement = try connection.statement(sql.text, for: [sql.values])
      try statement.start(sql.values)
      return (connection, statement)
    }
    do {
      // `decode` may run a statement that loses the connection; libmariadb cannot fetch after its end.
      return try withExtendedLifetime(connection) {
        try statement.read(upTo: limit, decode)
      }
    } catch let error as DatabaseError {
      throw session.note(error)
    }
  }
}

extension Database {
  /// Runs `body` in a transaction and commits.
  ///
  /// A transaction that lost against another one (`DatabaseError.isTransient`) is rolled back and
  /// begun again, `body` as a whole, up to five times after short random waits; `body` therefore
  /// changes nothing but the database. So is, once, one that lost its connection or its host before
  /// COMMIT was sent, where there are several hosts: one of the others may have taken over. Any other
  /// error rolls back and is thrown on. Does not nest.
  /// - Throws: What `body` throws, or `DatabaseError`; of COMMIT with `outcomeIsUnknown` when nobody
  ///   can say whether it took place.
  @discardableResult package func transaction<T>(_ body: () throws -> T) throws -> T {
    precondition(!isInTransaction, "transactions do not nest")
    var restarts = 0
    var hasMoved = false
    while true {
      try session.begin()
      let start = ContinuousClock.now
      defer { noteChange(since: start) }
      do {
        return try attempt(body)
      } catch let lost as LostToAnother {
        guard restarts < Self.restartLimit else { throw lost.error }
        restarts += 1
        Self.pause(before: restarts)
      } catch let lost as LostHost {
        guard !hasMoved, options.hosts.count > 1 else { throw lost.error }
        hasMoved = true
      }
    }
  }

  private static let restartLimit = 5

  /// The transaction may be begun again; `error` is what to throw when it is not.
  private struct LostToAnother: Error {
    var error: any Error
  }

  /// Nothing of the transaction has taken effect, and its connection is gone.
  private struct LostHost: Error {
    var error: any Error
  }

  private func attempt<T>(_ body: () throws -> T) throws -> T {
    let result: T
    do {
      result = try body()
    } catch {
      // What undid the transaction counts, also where `body` has made another error of it.
      let cause = session.undoing ?? error as? DatabaseError
      session.rollBack()
      throw again(error, cause)
    }
    do throws(DatabaseError) {
      try session.commit()
    } catch {
      throw again(error, error)
    }
    return result
  }

  /// What to throw for `error`, which `cause` brought about.
  private func again(_ error: any Error, _ cause: DatabaseError?) -> any Error {
    guard let cause, !cause.outcomeIsUnknown else { return error }
    if cause.isTransient { return LostToAnother(error: error) }
    return cause.isUnavailable ? LostHost(error: error) : error
  }

  /// Between 1 and 50 ms, at random so that two who met do not meet again, and the longer the more
  /// often it happened.
  private static func pause(before restart: Int) {
    usleep(UInt32.random(in: 1_000...10_000 * UInt32(restart)))
  }
}
