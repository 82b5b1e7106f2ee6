import Domain
import MariaDB
import TestSupport
import Testing

@testable import Store

/// Whatever changes something is told in the audit log by the transaction that changes it.
///
/// The rule: what a person, an operator, a host or the worker *decides* is told, once, whatever it takes
/// along (a user's webhooks, a connection's permissions). What follows from it by itself is not: a
/// delivery's way, a job's, a counter's, a session that is used, what ends on a day that was told when it
/// was made, and what goes when it is as old as the configuration says.
@Suite struct SweepTests {
  /// What functions write that is not told, and why not.
  private static let untold: [String: [String]] = [
    "it is the log": ["AuditLog.audit"],
    "an event is what is sent, no setting, and has a log of its own": [
      "EventRows.asOneStatement", "EventRows.insertDeliveries", "EventStore.add",
      "EventStore.begin", "EventStore.callProcedure", "EventStore.emit",
    ],
    "a delivery's way, by its result": [
      "JobTally.write", "LockedDelivery.move", "LockedDelivery.write", "QueueClaiming.claim",
      "DamagedWebhook.noteMissingKey", "DamagedWebhook.endMissingKey", "QueueClearing.clear",
      "QueueClearing.giveBack", "QueueLimits.count",
      "QueueLimits.makeLimits", "QueueRecording.insertAttempts", "ResultTally.write",
      "ResultTally.writeCounts",
    ],
    "a job's way, after it was begun": [
      "BulkJobSteps.advance", "BulkJobSteps.move", "BulkJobSteps.recount", "JobNotices.tell",
      "RetryJobSteps.advance", "RetryJobSteps.end", "RetryJobSteps.move",
      "RetryJobSteps.recount",
      "RetryJobSteps.takeBack",
    ],
    "that something was used": [
      "APIKeyStore.noteUse", "ConnectionStore.noteUse", "SessionStore.find", "UseLimit.take",
    ],
    "the same password, hashed at today's cost": ["UserStore.upgradePasswordHash"],
    "one request: how far it has come, and what it shows once": [
      "ConnectRequestStore.begin", "ConnectRequestStore.claimExchange", "HeldGrants.hold",
      "HeldGrants.takeHeld", "FormStore.keepToShow", "FormStore.takeToShow",
    ],
    "a renewal or a revocation on its way": [
      "ClientRefusals.noteAcceptance", "ClientRefusals.noteRefusal",
      "ConnectionTokens.claimRefresh", "ConnectionTokens.fail",
      "ConnectionTokens.postponeRefresh", "EndingEveryone.givenUp",
      "RevocationStore.postpone",
      "RevocationStore.takeDue",
    ],
    "what people are told, and mail on its way": [
      "MailStore.claim", "MailStore.drop", "MailStore.failed", "MailStore.sent",
      "NoticeStore.end", "NoticeStore.insert", "NoticeStore.review", "NoticeStore.write",
      "ReconnectNotices.add", "ReconnectNotices.reviewConnections",
    ],
    "how the worker stands": [
      "ChoreStore.advance", "ChoreStore.due", "ChoreStore.end", "ChoreStore.take",
      "MinuteStore.countWaiting", "MinuteStore.note", "MinuteStore.sumUp",
      "MinuteStore.writeMinute", "WorkerStore.begin", "WorkerStore.end", "WorkerStore.seen",
    ],
    "it is over, or older than the configuration keeps it": [
      "ConnectRequestStore.removeOld", "RetentionDeletions.forgetDeletedUsers",
      "RetentionDeletions.removeEmpty", "RetentionDeletions.removeJobsOfDeletedUsers",
      "RetentionDeletions.removeKeysOfDeletedUsers",
      "RetentionDeletions.removeMailOfDeletedUsers", "RetentionDeletions.removeParts",
      "RetentionPayloads.emptyAnswers", "RetentionPayloads.emptyBodies",
      "RetentionPayloads.removeKeptPayloads", "RetentionPayloads.removePayloads",
      "RetentionStore.remove", "RetentionStore.removeAudit", "RetentionStore.removeCounts",
      "RetentionStore.removeUnneeded", "RevocationStore.removeOld", "SessionStore.removeEnded",
    ],
    "told, in a database of its own: MigrationTests": ["SchemaStore.migrate"],
  ]

  /// What each change of `Change.all` came to.
  private struct Trial {
    let change: Change
    /// Tables that are not as they were, though the log took no row.
    let changedUntold: [String]
    let wasRefused: Bool
    /// Tables that it changed when the log took its row.
    let changed: Set<String>
    let actions: [String]

    init(_ change: Change) throws {
      self.change = change
      let scene = try Scene()
      let act = try change.arrange(scene)
      let database = scene.fixture.database
      try database.run(
        script: """
          CREATE TRIGGER refuse_audit BEFORE INSERT ON audit_log FOR EACH ROW
          BEGIN
            IF @refuses_audit THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'refused'; END IF;
          END
          """)
      defer { try? database.run(script: "DROP TRIGGER refuse_audit") }
      let before = try Self.checksums(database)
      let rows = Set(try Self.rows(database).map(\.id))

      try scene.stores.database.execute("SET @refuses_audit = TRUE")
      do {
        try act()
        wasRefused = false
      } catch let error as DatabaseError where error.code == .signal {
        wasRefused = true
      }
      let refused = try Self.checksums(database)
      changedUntold = before.keys.filter { before[$0] != refused[$0] }.sorted()

      try scene.stores.database.execute("SET @refuses_audit = FALSE")
      if wasRefused { try act() }
      let after = try Self.checksums(database)
      changed = Set(before.keys.filter { before[$0] != after[$0] })
      actions = try Self.rows(database).filter { !rows.contains($0.id) }.map(\.action)
    }

    private static func rows(_ database: Database) throws -> [(id: UUID, action: String)] {
      try database.query("SELECT id, action FROM audit_log ORDER BY at, id") { row in
        (id: try row.uuid(), action: try row.text())
      }
    }

    private static func checksums(_ database: Database) throws -> [String: Int] {
      let tables = try database.query(
        """
        SELECT table_name FROM information_schema.tables
         WHERE table_schema = DATABASE() AND table_name <> 'audit_log'
        """
      ) { row in try row.text() }
      // The names come from the schema, so the text can be built.
      let sums = try database.query(
        SQL(stringLiteral: "CHECKSUM TABLE \(tables.joined(separator: ", ")) EXTENDED")
      ) { row in (try row.text(), try row.optionalInt() ?? 0) }
      return Dictionary(
        uniqueKeysWithValues: sums.map { name, sum in
          (String(name.drop { $0 != "." }.dropFirst()), sum)
        })
    }
  }

  /// A change that cannot even be prepared is found by the first test.
  private static let trials: [Result<Trial, any Error>] = Change.all.map { change in
    Result { try Trial(change) }
  }

  private static var done: [Trial] { trials.compactMap { try? $0.get() } }

  @Test func `a change that the log refuses does not take place`() {
    for (change, trial) in zip(Change.all, Self.trials) {
      guard case .success(let trial) = trial else {
        Issue.record("\(change.action) \(change.writes): \(trial)")
        continue
      }
      #expect(trial.wasRefused, "\(trial.change.action) \(trial.change.writes)")
      #expect(trial.changedUntold == [], "\(trial.change.action) \(trial.change.writes)")
    }
  }

  @Test func `a change is told once`() {
    for trial in Self.done {
      #expect(trial.actions == [trial.change.action], "\(trial.change.writes)")
    }
  }

  @Test func `whatever writes is told, or is named with the reason why not`() {
    let untold = Self.untold.values.flatMap { $0 }
    let told = Set(Change.all.flatMap(\.writes))

    #expect(WritingCode.functions.count > 100)
    #expect(Set(untold).count == untold.count)
    #expect(told.intersection(untold) == [])
    #expect(Set(WritingCode.functions.keys).symmetricDifference(told.union(untold)).sorted() == [])
  }

  @Test func `what is said to be told was really done by a change that is told`() {
    for (function, tables) in WritingCode.functions {
      let ofFunction = Self.done.filter { $0.change.writes.contains(function) }
      guard !ofFunction.isEmpty else { continue }
      let changed = ofFunction.reduce(into: Set<String>()) { $0.formUnion($1.changed) }
      #expect(tables.subtracting(changed).sorted() == [], "\(function)")
    }
  }

  @Test func `every action of the code is tried`() {
    let tried = Set(Change.all.map(\.action))

    #expect(WritingCode.actions.count > 50)
    #expect(WritingCode.actions.subtracting(tried).sorted() == ["schema.migrated"])
  }
}
