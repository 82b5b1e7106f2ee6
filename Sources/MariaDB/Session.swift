/// Keeps a connection under a `Database`: opens it, sees when it is lost, and knows whether a
/// transaction is open on it.
final class Session {
  private let options: DatabaseOptions
  private let addresses: [Address]
  private var connection: Connection?
  private(set) var isInTransaction = false
  /// What has already undone the transaction we are in. No statement may run as if it were alive:
  /// after a deadlock the server would commit each by itself.
  private(set) var undoing: DatabaseError?

  init(_ options: DatabaseOptions) {
    self.options = options
    addresses = Address.all(options)
  }

  func close() {
    connection = nil
  }

  /// The connection there is, or else one to the first address that answers and is fit.
  /// - Throws: The error of the last address tried.
  @discardableResult func connect() throws(DatabaseError) -> Connection {
    if let connection { return connection }
    var failure = DatabaseError(
      .cannotConnect, message: "no host is named", sql: DatabaseError.connecting)
    var lastResort: Connection?
    for address in addresses {
      do {
        let opened = try Connection(to: address, options)
        for statement in options.sessionStatements {
          try opened.run(statement, changesNothing: true)
        }
        let isFit = addresses.count == 1 ? true : try opened.isFitToWrite()
        if isFit {
          connection = opened
          return opened
        }
        lastResort = lastResort ?? opened
      } catch {
        failure = error
      }
    }
    guard let lastResort else { throw failure }
    connection = lastResort
    return lastResort
  }

  /// Runs `body` on the connection; once more on a new one if the connection was there before and
  /// turned out to be lost before anything could be sent, or its host refused to do the work while
  /// there are others.
  func on<T>(_ body: (Connection) throws(DatabaseError) -> T) throws(DatabaseError) -> T {
    if let undoing { throw undoing }
    if !isInTransaction, connection?.isClosedByPeer == true {
      connection = nil
    }
    let isOld = connection != nil
    let connection = try connect()
    do {
      return try body(connection)
    } catch {
      let failure = note(error)
      guard isOld, !isInTransaction, self.connection == nil, !failure.outcomeIsUnknown
      else { throw failure }
    }
    let renewed = try connect()
    do {
      return try body(renewed)
    } catch {
      throw note(error)
    }
  }

  func begin() throws(DatabaseError) {
    try on { connection throws(DatabaseError) in
      try connection.run("START TRANSACTION", changesNothing: true)
    }
    isInTransaction = true
  }

  /// The transaction has ended, whatever is thrown.
  func commit() throws(DatabaseError) {
    defer { end() }
    if let undoing { throw undoing }
    do {
      try connect().run("COMMIT", changesNothing: false)
    } catch {
      if error.code == .deadlock {
        // Between the nodes of a cluster this is the way to lose: all is undone.
        rollBack()
        throw error
      }
      var failure = error
      failure.outcomeIsUnknown = failure.code != .serverGone
      // The server may hold the transaction open; without a connection it cannot.
      connection = nil
      throw failure
    }
  }

  /// The transaction has ended. A connection on which even this fails is given up, which undoes the
  /// transaction too.
  func rollBack() {
    defer { end() }
    if undoing == nil || undoing?.code == .deadlock, let connection {
      do {
        try connection.run("ROLLBACK", changesNothing: true)
      } catch {
        self.connection = nil
      }
    }
  }

  /// Takes note of what an error means for the connection and the transaction.
  func note(_ error: DatabaseError) -> DatabaseError {
    var error = error
    if error.isConnectionLost || error.isHostUnfit && addresses.count > 1 {
      connection = nil
    }
    if isInTransaction, connection == nil || error.code == .deadlock {
      // Whoever loses the connection before COMMIT was sent has changed nothing.
      error.outcomeIsUnknown = false
      undoing = error
    }
    return error
  }

  private func end() {
    isInTransaction = false
    undoing = nil
  }
}
