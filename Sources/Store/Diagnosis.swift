package import Domain
import MariaDB

/// What there is to say of the database and of who works on it, for `patchbay doctor` and the
/// administrators' page of settings.
package struct Diagnosis: Sendable {
  /// The last migration applied, and the one that this program needs.
  package let version: Int
  package let neededVersion: Int
  /// nil where the connection is not encrypted, as through a unix socket.
  package let cipher: String?
  /// nil when no worker ever ran.
  package let workerSeenAt: Timestamp?
  /// What is wrong, in sentences.
  package let findings: [String]

  package init(
    version: Int, neededVersion: Int, cipher: String?, workerSeenAt: Timestamp?, findings: [String]
  ) {
    self.version = version
    self.neededVersion = neededVersion
    self.cipher = cipher
    self.workerSeenAt = workerSeenAt
    self.findings = findings
  }

  /// A worker lingers and a timer starts the next within seconds, so one that was not seen for so
  /// long is missing.
  package static let workerSilenceSeconds = 60
}

extension Stores {
  /// Reads a few rows, whatever the tables hold.
  package func diagnose() throws -> Diagnosis {
    var findings = try schema.findings()
    let version = try schema.appliedVersion()
    var seen: Timestamp?
    if version < SchemaStore.version {
      let problem = SchemaStore.Problem.older(database: version, program: SchemaStore.version)
      findings.append("Run `patchbay migrate`: \(problem).")
    } else {
      seen = try workers.lastSeen()
      findings += try sealedFindings()
      if let silence = try workers.silence(of: Diagnosis.workerSilenceSeconds) {
        findings.append(silence)
      }
    }
    return Diagnosis(
      version: version, neededVersion: SchemaStore.version, cipher: try schema.cipher(),
      workerSeenAt: seen, findings: findings)
  }
}

extension WorkerStore {
  /// Says so where no worker was there for so many seconds, by the database's clock.
  fileprivate func silence(of seconds: Int) throws -> String? {
    guard let seen = try lastSeen() else { return "No worker ever ran: nothing is sent." }
    let isThere = try database.first(
      """
      SELECT 1 FROM workers WHERE last_seen_at > UTC_TIMESTAMP(6) - INTERVAL \(seconds) SECOND LIMIT 1
      """
    ) { row in try row.int() }
    guard isThere == nil else { return nil }
    return
      "No worker was there since \(seen.rfc3339): nothing is sent. Look at patchbay-worker.timer."
  }
}

extension SchemaStore {
  fileprivate func cipher() throws -> String? {
    let name = try database.first(
      """
      SELECT variable_value FROM information_schema.session_status
       WHERE variable_name = 'SSL_CIPHER'
      """
    ) { row in try row.text() }
    return name.flatMap { $0.isEmpty ? nil : $0 }
  }
}
