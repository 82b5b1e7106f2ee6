/// A refusal or failure, as the server or the client library told it.
///
/// Printed, it carries the code, the SQL and no value: a message that quotes data is left out.
package struct DatabaseError: Error, Sendable {
  package var code: Code
  /// Five characters, ISO/IEC 9075 class and subclass; `HY000` when there is none better.
  package var sqlState: String
  /// The server's own words. They can quote a value (`Duplicate entry 'x' for key 'y'`), so they are
  /// for reading the name of a key, not for logs and pages.
  package var message: String
  /// The text with `?` for each value.
  package var sql: String
  /// Whether the statement may have taken effect although it failed: the connection was lost, or the
  /// server stopped it, after it had been sent, and the transaction it belonged to (its own, or the
  /// one it commits) may have been committed.
  package var outcomeIsUnknown: Bool

  init(
    _ code: Code, sqlState: String = "HY000", message: String, sql: String,
    outcomeIsUnknown: Bool = false
  ) {
    self.code = code
    self.sqlState = sqlState
    self.message = message
    self.sql = sql
    self.outcomeIsUnknown = outcomeIsUnknown
  }
}

extension DatabaseError {
  /// The connection is of no more use: it broke, was ended by the server, or its two ends no longer
  /// understand each other.
  package var isConnectionLost: Bool {
    switch code {
    case .serverGone, .lostConnection, .connectionKilled, .shuttingDown, .outOfSync,
      .malformedPacket:
      true
    default: false
    }
  }

  /// The same transaction, begun again, may succeed at once.
  package var isTransient: Bool {
    code == .deadlock || code == .lockWaitTimeout || code == .changedSinceRead
  }

  /// There is no database to speak to, or none that takes writes. Later there may be.
  package var isUnavailable: Bool {
    switch code {
    case .cannotConnect, .cannotConnectToHost, .unknownHost, .tls, .tooManyConnections,
      .tooManyUserConnections, .userLimitReached, .hostBlocked, .commitFailed, .tableIsFull,
      .diskIsFull:
      true
    default: isConnectionLost || isHostUnfit
    }
  }

  /// No statement was sent: what refused us has nothing to do with what it says.
  package var isOfConnecting: Bool { sql == Self.connecting }

  /// In place of a text.
  static let connecting = "connect"

  /// The server answers but cannot do the work; another host may.
  var isHostUnfit: Bool {
    code == .wsrepNotReady || code == .readOnly || code == .readOnlyServer
  }

  /// A value that is not what `Row` was asked for, or that cannot be bound.
  static func unexpectedValue(_ message: String, sql: String) -> DatabaseError {
    DatabaseError(.unexpectedValue, message: message, sql: sql)
  }
}

extension DatabaseError: CustomStringConvertible {
  package var description: String {
    let words = code.quotesNoData ? ": \(message)" : ""
    let unknown = outcomeIsUnknown ? " (outcome unknown)" : ""
    return "database error \(code.rawValue) (\(sqlState))\(unknown)\(words) [\(sql)]"
  }
}
