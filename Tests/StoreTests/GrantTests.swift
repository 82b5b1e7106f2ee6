import MariaDB
import TestSupport
import Testing

@testable import Store

/// Every account, table, column and verb: what is not listed here is refused.
@Suite struct GrantTests {
  let accounts: Accounts

  init() throws {
    accounts = try Accounts.shared()
  }

  /// `TABLE: VERB VERB(column,column)`, of what grants.sql gives.
  private static let rights: [Accounts.Name: String] = [
    .web: """
    users: SELECT INSERT UPDATE(email,password_hash,role,status,invited_at,last_seen_at,deleted_at)
    one_time_links: SELECT INSERT UPDATE(ended_at)
    mails: INSERT(id,user_id,subject,body,body_sealed,created_at,due_at)
    sessions: SELECT INSERT UPDATE(last_seen_at) DELETE
    api_keys: SELECT INSERT UPDATE(last_used_at,revoked_at)
    sign_in_failures: SELECT INSERT UPDATE DELETE
    form_submissions: SELECT INSERT
    shown_once: SELECT INSERT DELETE
    use_limits: SELECT INSERT UPDATE
    apps: SELECT INSERT UPDATE
    app_scopes: SELECT INSERT DELETE
    user_integrations: SELECT INSERT UPDATE DELETE
    connection_scopes: SELECT INSERT UPDATE DELETE
    oauth_requests: SELECT INSERT UPDATE
    revocations: SELECT INSERT UPDATE
    audit_log: SELECT INSERT
    event_types: SELECT INSERT UPDATE(description,group_name,example,position,retired_at,\
    version)
    events: SELECT INSERT
    idempotency_keys: SELECT INSERT UPDATE
    webhooks: SELECT INSERT UPDATE
    webhook_subscriptions: SELECT INSERT DELETE
    webhook_secrets: SELECT INSERT UPDATE(expires_at) DELETE
    webhook_undo: SELECT INSERT DELETE
    webhook_headers: SELECT INSERT DELETE
    webhook_health: SELECT UPDATE(failing_since)
    delivery_counts: SELECT
    minute_counts: SELECT
    noted_totals: SELECT
    webhook_deliveries: SELECT INSERT UPDATE(status,due_at,live_webhook_id,in_flight,\
    attempt_number,schedule_step,interrupted_in_row,single_attempt,was_delivered,\
    response_status,error,finished_at,retry_job_id,dead_at)
    webhook_attempts: SELECT INSERT
    retry_jobs: SELECT INSERT UPDATE(state,live_webhook_id,cursor_at,cursor_id,walked,queued,\
    skipped,moved_at,finished_at,hidden_at)
    notices: SELECT INSERT UPDATE(hidden_at,deliveries)
    workers: SELECT
    schema_migrations: SELECT
    """,
    .worker: """
    users: SELECT(id,email,status,deleted_at) DELETE
    sessions: SELECT(expires_at) DELETE
    api_keys: SELECT(id,user_id) DELETE
    one_time_links: SELECT(expires_at) DELETE
    form_submissions: SELECT(created_at) DELETE
    shown_once: SELECT(expires_at) DELETE
    sign_in_failures: SELECT(last_at) DELETE
    idempotency_keys: SELECT(api_key_id,key_hash,created_at) DELETE
    apps: SELECT UPDATE(is_ending_all,refused_since,refused_word)
    app_scopes: SELECT
    user_integrations: SELECT UPDATE DELETE
    connection_scopes: SELECT INSERT UPDATE
    oauth_requests: SELECT \
    UPDATE(grant_encrypted,code_encrypted,secrets_encrypted,outcome,finished_at) DELETE
    revocations: SELECT INSERT UPDATE DELETE
    audit_log: INSERT
    events: SELECT(id,user_id,body,created_at) UPDATE(body) DELETE
    kept_payloads: SELECT INSERT DELETE
    chores: SELECT INSERT UPDATE
    webhooks: SELECT UPDATE(status,paused_reason,paused_at,version,updated_at) DELETE
    webhook_subscriptions: SELECT(webhook_id) DELETE
    webhook_secrets: SELECT DELETE
    webhook_undo: SELECT(webhook_id,created_at) DELETE
    use_limits: SELECT(user_id) DELETE
    webhook_headers: SELECT DELETE
    webhook_health: SELECT INSERT UPDATE DELETE
    delivery_counts: SELECT INSERT UPDATE DELETE
    minute_counts: SELECT INSERT UPDATE DELETE
    noted_totals: SELECT INSERT UPDATE
    webhook_deliveries: SELECT UPDATE(status,due_at,live_webhook_id,in_flight,lease_number,\
    attempt_number,schedule_step,interrupted_in_row,single_attempt,was_delivered,\
    response_status,error,finished_at,retry_job_id,dead_at) DELETE
    retry_jobs: SELECT UPDATE(state,live_webhook_id,cursor_at,cursor_id,walked,queued,skipped,\
    delivered,failed,failed_in_row,moved_at,finished_at) DELETE
    webhook_limits: SELECT INSERT UPDATE(head_delivery_id,next_at) DELETE
    webhook_attempts: SELECT(delivery_id,number,started_at,response_body) INSERT \
    UPDATE(response_body) DELETE
    notices: SELECT INSERT UPDATE(ended_at,deliveries) DELETE
    mails: SELECT INSERT UPDATE(due_at,tries,sent_at,error,body_sealed) DELETE
    workers: SELECT INSERT UPDATE(last_seen_at,stopped_at) DELETE
    schema_migrations: SELECT
    """,
    // Beside SELECT and INSERT on everything, from setup.sql.
    .admin: """
    users: UPDATE(email,password_hash,role,status,deleted_at)
    one_time_links: UPDATE(ended_at)
    mails: UPDATE(body_sealed)
    sessions: DELETE
    sign_in_failures: DELETE
    api_keys: UPDATE(revoked_at)
    webhooks: UPDATE(version,deleted_at)
    webhook_secrets: UPDATE(secret_sealed) DELETE
    webhook_headers: UPDATE(value_sealed) DELETE
    apps: UPDATE
    app_scopes: DELETE
    user_integrations: UPDATE(access_token_encrypted,refresh_token_encrypted,\
    credentials_encrypted)
    revocations: UPDATE(access_token_encrypted,refresh_token_encrypted)
    oauth_requests: UPDATE(secrets_encrypted,code_encrypted,grant_encrypted)
    """,
  ]

  @Test(arguments: Accounts.Name.allCases)
  func `an account may do what is listed and nothing else`(account: Accounts.Name) throws {
    let rights = Rights(Self.rights[account] ?? "")
    let database = accounts.database(account)
    // Strict, an INSERT that lacks a column fails before its rights are looked at.
    try database.run(script: "SET SESSION sql_mode = ''")

    for (table, column) in try columns() {
      for verb in Verb.allCases {
        let isAdded = account == .admin && (verb == .select || verb == .insert)
        let isListed = isAdded || rights.allow(verb, table, column)
        #expect(
          try isAllowed(verb, table, column, database) == isListed,
          "\(account.rawValue): \(verb.rawValue) on \(table).\(column)")
      }
    }
  }

  @Test(arguments: [Accounts.Name.web, .worker])
  func `the servers' accounts change no schema and call no routine`(account: Accounts.Name) {
    let database = accounts.database(account)
    let statements = [
      "CREATE TABLE more (id INT)", "DROP TABLE workers", "TRUNCATE TABLE workers",
      "ALTER TABLE users ADD COLUMN more INT", "CREATE INDEX more ON users (role)",
      "CREATE TRIGGER more BEFORE INSERT ON users FOR EACH ROW SET @a = 1",
      "CREATE PROCEDURE more() SELECT 1", "CALL emit_event(UUID(), 'lead.created', '{}')",
      "SELECT user_id('')", "CALL check_json('{}', @a, @b)", "LOCK TABLES users READ",
      "SELECT 1 INTO OUTFILE '/tmp/patchbay-x'",
    ]

    for statement in statements {
      #expect(throws: DatabaseError.self, "\(account.rawValue): \(statement)") {
        try database.run(script: statement)
      }
    }
  }

  @Test(arguments: Accounts.Name.allCases)
  func `nobody rewrites the audit log`(account: Accounts.Name) {
    let database = accounts.database(account)
    let statements = [
      "UPDATE audit_log SET action = 'x'", "DELETE FROM audit_log", "TRUNCATE TABLE audit_log",
      "DROP TABLE audit_log", "REPLACE INTO audit_log (id, at) VALUES (UUID(), NOW())",
      "CREATE OR REPLACE TABLE audit_log (id INT)", "RENAME TABLE audit_log TO kept",
    ]

    for statement in statements {
      let error = #expect(throws: DatabaseError.self, "\(account.rawValue): \(statement)") {
        try database.run(script: statement)
      }
      #expect(error?.code == .tableAccessDenied, "\(account.rawValue): \(statement)")
    }
  }

  @Test func `the worker alone may purge the audit log, and nobody signs in as who does it`() {
    for account in [Accounts.Name.web, .admin] {
      for call in ["audit_purge(NOW(6), 1)", "audit_forget(UUID(), 1)"] {
        let error = #expect(throws: DatabaseError.self) {
          try accounts.database(account).run(script: "CALL \(call)")
        }
        // 1370: of a routine.
        #expect(error?.code.rawValue == 1370, "\(account.rawValue): \(call)")
      }
    }
    for password in ["", "patchbay_audit"] {
      var options = TestServer.shared.options(database: "patchbay")
      (options.user, options.password) = ("patchbay_audit", password)
      #expect(throws: DatabaseError.self) { try Database(options).connect() }
    }
  }

  private func columns() throws -> [(table: String, column: String)] {
    try accounts.root().query(
      """
      SELECT table_name, column_name FROM information_schema.columns
       WHERE table_schema = 'patchbay' ORDER BY table_name, ordinal_position
      """
    ) { row in (try row.text(), try row.text()) }
  }

  /// Tries it, on no row: none is even locked, since other tests work in the same database. The
  /// names come from the schema, so the text can be built.
  private func isAllowed(_ verb: Verb, _ table: String, _ column: String, _ database: Database)
    throws -> Bool
  {
    let statement =
      switch verb {
      case .select: "SELECT \(column) FROM \(table) WHERE FALSE"
      case .insert: "INSERT INTO \(table) (\(column)) SELECT NULL FROM DUAL WHERE FALSE"
      case .update: "UPDATE \(table) SET \(column) = NULL WHERE FALSE"
      case .delete: "DELETE FROM \(table) WHERE FALSE"
      }
    do throws(DatabaseError) {
      try database.run(script: statement)
      return true
    } catch {
      // 1143: of the column.
      guard error.code == .tableAccessDenied || error.code.rawValue == 1143 else { throw error }
      return false
    }
  }
}

private enum Verb: String, CaseIterable {
  case select = "SELECT"
  case insert = "INSERT"
  case update = "UPDATE"
  case delete = "DELETE"
}

private struct Rights {
  /// Of each table, the verbs, with columns where not all.
  private let verbs: [String: [String]]

  init(_ text: String) {
    verbs = Dictionary(
      uniqueKeysWithValues: text.split(separator: "\n").map { line in
        let words = line.split(separator: " ").map(String.init)
        return (String(words[0].dropLast()), Array(words.dropFirst()))
      })
  }

  func allow(_ verb: Verb, _ table: String, _ column: String) -> Bool {
    (verbs[table] ?? []).contains { right in
      let parts = right.split(separator: "(", maxSplits: 1)
      guard parts[0] == verb.rawValue else { return false }
      return parts.count == 1 || parts[1].dropLast().split(separator: ",").contains { $0 == column }
    }
  }
}
