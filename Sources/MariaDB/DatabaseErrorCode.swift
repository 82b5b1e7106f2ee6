import CMariaDB

extension DatabaseError {
  /// The number of an error; the server's are from 1000 on, the client library's from 2000 to 2999
  /// and from 5000 on, ours below 0.
  package struct Code: RawRepresentable, Hashable, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) {
      self.rawValue = rawValue
    }

    init(_ rawValue: some BinaryInteger) {
      self.init(rawValue: Int(rawValue))
    }
  }
}

extension DatabaseError.Code {
  /// A second row with the same key. `ER_DUP_ENTRY`
  package static let duplicate = Self(ER_DUP_ENTRY)
  /// `ER_LOCK_DEADLOCK`; between the nodes of a cluster also at COMMIT. The transaction is undone.
  package static let deadlock = Self(ER_LOCK_DEADLOCK)
  /// `ER_LOCK_WAIT_TIMEOUT`, also what NOWAIT finds locked. Only the statement is undone.
  package static let lockWaitTimeout = Self(ER_LOCK_WAIT_TIMEOUT)
  /// COMMIT failed; in a cluster also because the node lost the others. `ER_ERROR_DURING_COMMIT`
  package static let commitFailed = Self(ER_ERROR_DURING_COMMIT)
  package static let changedSinceRead = Self(ER_CHECKREAD)
  /// The row that is pointed to does not exist. `ER_NO_REFERENCED_ROW_2`
  package static let foreignKey = Self(ER_NO_REFERENCED_ROW_2)
  /// Another row still points to this one. `ER_ROW_IS_REFERENCED_2`
  package static let foreignKeyInUse = Self(ER_ROW_IS_REFERENCED_2)
  package static let checkConstraint = Self(ER_CONSTRAINT_FAILED)
  /// A SIGNAL of a procedure or trigger. `ER_SIGNAL_EXCEPTION`
  package static let signal = Self(ER_SIGNAL_EXCEPTION)
  package static let notNull = Self(ER_BAD_NULL_ERROR)
  package static let dataTooLong = Self(ER_DATA_TOO_LONG)
  package static let outOfRange = Self(ER_WARN_DATA_OUT_OF_RANGE)
  package static let syntax = Self(ER_PARSE_ERROR)
  package static let unknownDatabase = Self(ER_BAD_DB_ERROR)
  package static let unknownTable = Self(ER_NO_SUCH_TABLE)
  package static let unknownColumn = Self(ER_BAD_FIELD_ERROR)
  package static let unknownProcedure = Self(ER_SP_DOES_NOT_EXIST)
  /// Also: the disk is full. `ER_RECORD_FILE_FULL`
  package static let tableIsFull = Self(ER_RECORD_FILE_FULL)
  package static let diskIsFull = Self(ER_DISK_FULL)
  /// All values of a statement together are more than `max_allowed_packet`; found before it is sent.
  package static let packetTooLarge = Self(ER_NET_PACKET_TOO_LARGE)
  package static let interrupted = Self(ER_QUERY_INTERRUPTED)
  /// `max_statement_time` was reached. `ER_STATEMENT_TIMEOUT`
  package static let statementTimeout = Self(ER_STATEMENT_TIMEOUT)

  package static let accessDenied = Self(ER_ACCESS_DENIED_ERROR)
  package static let databaseAccessDenied = Self(ER_DBACCESS_DENIED_ERROR)
  package static let tableAccessDenied = Self(ER_TABLEACCESS_DENIED_ERROR)
  /// `ER_OPTION_PREVENTS_STATEMENT`, the option being `read_only`, as a rule.
  package static let readOnly = Self(ER_OPTION_PREVENTS_STATEMENT)
  package static let readOnlyServer = Self(ER_READ_ONLY_MODE)
  /// The cluster's node has no quorum or is still catching up. `ER_UNKNOWN_COM_ERROR`
  package static let wsrepNotReady = Self(ER_UNKNOWN_COM_ERROR)
  package static let tooManyConnections = Self(ER_CON_COUNT_ERROR)
  package static let tooManyUserConnections = Self(ER_TOO_MANY_USER_CONNECTIONS)
  /// More than this account may have. `ER_USER_LIMIT_REACHED`
  package static let userLimitReached = Self(ER_USER_LIMIT_REACHED)
  /// After too many connections that broke off. `ER_HOST_IS_BLOCKED`
  package static let hostBlocked = Self(ER_HOST_IS_BLOCKED)
  package static let shuttingDown = Self(ER_SERVER_SHUTDOWN)
  package static let connectionKilled = Self(ER_CONNECTION_KILLED)

  /// By socket. `CR_CONNECTION_ERROR`
  package static let cannotConnect = Self(CR_CONNECTION_ERROR)
  /// By TCP. `CR_CONN_HOST_ERROR`
  package static let cannotConnectToHost = Self(CR_CONN_HOST_ERROR)
  package static let unknownHost = Self(CR_UNKNOWN_HOST)
  /// The connection was found lost before the statement had been sent. `CR_SERVER_GONE_ERROR`
  package static let serverGone = Self(CR_SERVER_GONE_ERROR)
  /// The connection was lost, or too slow, after the statement had been sent. `CR_SERVER_LOST`
  package static let lostConnection = Self(CR_SERVER_LOST)
  package static let outOfSync = Self(CR_COMMANDS_OUT_OF_SYNC)
  package static let malformedPacket = Self(CR_MALFORMED_PACKET)
  /// No encryption, or a certificate that does not prove the server. `CR_SSL_CONNECTION_ERROR`
  package static let tls = Self(CR_SSL_CONNECTION_ERROR)

  /// Not a number of MariaDB: a value that is not what `Row` was asked for, or cannot be bound.
  package static let unexpectedValue = Self(rawValue: -1)
}

extension DatabaseError.Code {
  /// Whether the message is known to name only things of the schema, the connection or the text, and
  /// never a row's value. What is not known to be safe is not.
  var quotesNoData: Bool {
    switch self {
    case .deadlock, .lockWaitTimeout, .commitFailed, .changedSinceRead, .foreignKey,
      .foreignKeyInUse,
      .checkConstraint, .signal, .notNull, .dataTooLong, .outOfRange, .syntax, .unknownDatabase,
      .unknownTable, .unknownColumn, .unknownProcedure, .tableIsFull, .diskIsFull, .packetTooLarge,
      .interrupted,
      .statementTimeout, .accessDenied, .databaseAccessDenied, .tableAccessDenied, .readOnly,
      .readOnlyServer, .wsrepNotReady, .tooManyConnections, .tooManyUserConnections,
      .userLimitReached, .hostBlocked, .shuttingDown, .connectionKilled, .unexpectedValue:
      true
    default: (2_000..<3_000).contains(rawValue)
    }
  }
}
