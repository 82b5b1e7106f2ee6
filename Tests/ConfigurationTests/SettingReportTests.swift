import Configuration
import Testing

@Suite struct SettingReportTests {
  /// Section 2 of the contract.
  private let names = [
    "BASE_URL", "DB_SOCKET", "DB_HOST", "DB_PORT", "DB_NAME", "DB_TLS_CA", "DB_USER",
    "DB_PASSWORD_FILE", "KEYRING_FILE", "RUN_DIR", "THREADS", "AUTH", "RETRY_SCHEDULE",
    "RETRY_JITTER", "ATTEMPT_TIMEOUT", "DISABLE_AFTER", "RETENTION", "PAYLOAD_RETENTION",
    "AUDIT_RETENTION", "WORKER_CONCURRENCY", "WORKER_LINGER", "WORKER_LEASE", "ENDPOINT_ALLOW",
    "ENDPOINT_CA_FILE", "RATE_LIMIT", "MAX_WEBHOOKS", "MAX_KEYS", "TEST_LIMIT", "SMTP_URL",
    "MAIL_FROM",
  ].map { "PATCHBAY_" + $0 }

  @Test(arguments: Program.allCases)
  func `the doctor names every setting once, for every program`(program: Program) {
    #expect(report([:], program: program).map(\.name).sorted() == names.sorted())
  }

  @Test func `the table of the README has a line for each`() {
    let lines = Settings.markdown.split(separator: "\n")

    #expect(lines.count == names.count + 2)
    for name in names {
      #expect(lines.contains { $0.hasPrefix("| `\(name)` | ") })
    }
    #expect(lines.contains("| `PATCHBAY_THREADS` | `8` | request threads of the responder |"))
  }

  @Test func `a line says what is set, where it came from, and what is wrong with it`() throws {
    let report = report([
      "PATCHBAY_THREADS": "9", "PATCHBAY_AUTH": "basic", "PATCHBAY_KEYRING_FILE": "",
      "CREDENTIALS_DIRECTORY": "/c", "PATCHBAY_OLD": "1",
    ])

    #expect(report["THREADS"]?.value == "9")
    #expect(report["THREADS"]?.source == .environment)
    #expect(report["THREADS"]?.problem == nil)
    #expect(report["AUTH"]?.problem == #"must be password or param, not "basic""#)
    #expect(report["KEYRING_FILE"]?.value == "/c/keyring")
    #expect(report["KEYRING_FILE"]?.source == .credential)
    #expect(report["MAX_KEYS"]?.value == "20")
    #expect(report["MAX_KEYS"]?.source == .standard)
    #expect(report["DB_USER"]?.value == "patchbay_web")
    #expect(report["DB_HOST"]?.value == "")
    #expect(report["OLD"]?.problem == "there is no such setting")
    #expect(report["OLD"]?.value == "")
  }

  @Test func `every problem is reported, not only the first`() {
    let problems = report(["PATCHBAY_THREADS": "0", "PATCHBAY_AUTH": "x", "PATCHBAY_Z": "1"])
      .compactMap { $0.problem == nil ? nil : $0.name }

    #expect(problems == ["PATCHBAY_THREADS", "PATCHBAY_AUTH", "PATCHBAY_Z"])
  }

  @Test func `secrets are redacted`() {
    let report = report([
      "PATCHBAY_SMTP_URL": "smtp://u:hunter2@h", "PATCHBAY_MAIL_FROM": "a@b.example",
      "PATCHBAY_DB_PASSWORD_FILE": "/p",
    ])

    #expect(report["SMTP_URL"]?.value == "redacted")
    #expect(report["DB_PASSWORD_FILE"]?.value == "/p")
    #expect(report.allSatisfy { !"\($0)".contains("hunter2") && !"\($0)".contains("AQEBAQ") })
  }

  private func report(
    _ changes: [String: String], program: Program = .web
  ) -> [SettingReport] {
    Settings.report(
      program: program, environment: enough.merging(changes) { $1 },
      readFile: reader(
        of: [
          "/keyring": keyRing, "/c/keyring": keyRing,
          "/p": "patchbay_web hunter2\npatchbay_worker x\n",
        ]))
  }
}

extension [SettingReport] {
  fileprivate subscript(_ name: String) -> SettingReport? {
    first { $0.name == "PATCHBAY_" + name }
  }
}
