import Configuration
import Testing

@Suite struct SettingProblemTests {
  @Test(arguments: [
    ("BASE_URL", "app.example.com"), ("BASE_URL", "https://a/x?y"), ("DB_SOCKET", "mysqld.sock"),
    ("DB_HOST", "a,,b"), ("DB_HOST", "a b"), ("DB_HOST", "a:"), ("DB_HOST", ":1"),
    ("DB_HOST", "a:b"), ("DB_HOST", "a:0"), ("DB_HOST", "a:65536"), ("DB_HOST", "a:1:2"),
    ("DB_HOST", "[::1"), ("DB_HOST", "::1]"), ("DB_HOST", "[::1]1"), ("DB_HOST", "[::1]:"),
    ("DB_HOST", "[::1]:x"), ("DB_HOST", "[a]:1"), ("DB_HOST", "[127.0.0.1]:1"), ("DB_PORT", "0"),
    ("DB_PORT", "65536"),
    ("DB_NAME", "a.b"), ("DB_USER", "a b"), ("RUN_DIR", "run"), ("THREADS", "0"),
    ("THREADS", "257"), ("THREADS", "-1"), ("THREADS", "8 "), ("THREADS", "eight"),
    ("THREADS", "99999999999999999999"), ("AUTH", "Password"), ("AUTH", "basic"),
    ("RETRY_SCHEDULE", "5s,"), ("RETRY_SCHEDULE", "5"), ("RETRY_SCHEDULE", "31d"),
    ("RETRY_JITTER", "1.1"), ("RETRY_JITTER", "nan"), ("RETRY_JITTER", "-0.1"),
    ("RETRY_JITTER", "0x1p-2"), ("RETRY_JITTER", "0.1.1"), ("RETRY_JITTER", ".1"),
    ("ATTEMPT_TIMEOUT", "0"), ("ATTEMPT_TIMEOUT", "6m"), ("DISABLE_AFTER", "0"),
    ("RETENTION", "0"), ("PAYLOAD_RETENTION", "forever"), ("AUDIT_RETENTION", "29d"),
    ("WORKER_CONCURRENCY", "0"), ("WORKER_LINGER", "55"), ("WORKER_LEASE", "2h"),
    ("ENDPOINT_ALLOW", "localhost"), ("RATE_LIMIT", "600"), ("RATE_LIMIT", "0/m"),
    ("RATE_LIMIT", "600/w"), ("RATE_LIMIT", "1000001/m"), ("MAX_WEBHOOKS", "0"),
    ("MAX_KEYS", "ten"), ("TEST_LIMIT", "10/min"), ("SMTP_URL", "mail.example.com"),
    ("SMTP_URL", "smtp://"), ("MAIL_FROM", "nobody"),
  ])
  func `a value out of range is refused and its setting named`(name: String, value: String) {
    #expect(problem(["PATCHBAY_\(name)": value])?.hasPrefix("PATCHBAY_\(name): ") == true)
  }

  @Test func `a message says what would do, on one line`() {
    #expect(
      problem(["PATCHBAY_THREADS": "many\nthreads"])
        == #"PATCHBAY_THREADS: must be a number from 1 to 256, not "many\nthreads""#)
    #expect(
      problem(["PATCHBAY_AUTH": "basic"])
        == #"PATCHBAY_AUTH: must be password or param, not "basic""#)
    #expect(
      problem(["PATCHBAY_ENDPOINT_ALLOW": "localhost:1,10.0.0.1/8"])
        == """
        PATCHBAY_ENDPOINT_ALLOW: "10.0.0.1/8" is neither host:port nor a range of addresses like \
        10.0.0.0/8
        """)
  }

  @Test func `an unknown name is refused, the demo's own are not`() {
    #expect(problem(["PATCHBAY_THREAD": "8"]) == "PATCHBAY_THREAD: there is no such setting")
    #expect(problem(["PATCHBAY_": "8"]) == "PATCHBAY_: there is no such setting")
    for name in [
      "URL", "USER_EMAIL", "USER_PASSWORD", "USER_API_KEY", "ADMIN_EMAIL", "ADMIN_PASSWORD",
      "SERVICE_API_KEY", "SINK_URL", "SINK_LOG", "CA_FILE", "SANDBOX_URL", "WORKER", "ENV_FILE",
    ] {
      #expect(problem(["PATCHBAY_\(name)": "anything"]) == nil)
    }
    #expect(problem(["patchbay_x": "1", "XPATCHBAY_Y": "1"]) == nil)
  }

  @Test func `what a program cannot do without is asked for`() {
    for program in Program.allCases {
      #expect(
        (problem(["PATCHBAY_BASE_URL": ""], program: program) != nil) == (program == .web))
      #expect(
        (problem(["PATCHBAY_KEYRING_FILE": ""], program: program) != nil) == (program != .admin))
    }
    #expect(
      problem(["PATCHBAY_KEYRING_FILE": ""])
        == "PATCHBAY_KEYRING_FILE: must be set, or the credential keyring passed")
  }

  @Test func `a lease outlives every attempt`() {
    #expect(
      problem(["PATCHBAY_ATTEMPT_TIMEOUT": "51s"])
        == "PATCHBAY_WORKER_LEASE: must be at least PATCHBAY_ATTEMPT_TIMEOUT + 10s, which is 61s")
    #expect(problem(["PATCHBAY_ATTEMPT_TIMEOUT": "50s"]) == nil)
    #expect(problem(["PATCHBAY_WORKER_LEASE": "24s"])?.contains("which is 25s") == true)
  }

  @Test func `socket and hosts exclude each other`() {
    #expect(
      problem(["PATCHBAY_DB_HOST": "db1", "PATCHBAY_DB_SOCKET": "/s"])
        == "PATCHBAY_DB_HOST: cannot be set with PATCHBAY_DB_SOCKET")
  }

  @Test(arguments: [
    "db1", "localhost,db1:3307", "10.0.0.2", "127.0.0.1.example", "2001:db8::1",
    "[2001:db8::1]:3307", "[::1]:3307,[2001:db8::1]", "10.0.0.2:1",
  ])
  func `a database beyond this machine is spoken to by TLS`(hosts: String) {
    #expect(
      problem(["PATCHBAY_DB_HOST": hosts])
        == "PATCHBAY_DB_TLS_CA: must be set for a PATCHBAY_DB_HOST beyond this machine")
  }

  @Test(arguments: [
    "localhost", "localhost:3307,127.0.0.1:3308", "127.1.2.3", "::1", "[::1]", "[::1]:3307",
    "0:0::1,localhost",
  ])
  func `a database on this machine needs no TLS`(hosts: String) {
    #expect(problem(["PATCHBAY_DB_HOST": hosts]) == nil)
  }

  @Test func `mail needs a sender`() {
    #expect(
      problem(["PATCHBAY_SMTP_URL": "smtp://localhost"])
        == "PATCHBAY_MAIL_FROM: must be set where PATCHBAY_SMTP_URL is")
  }

  @Test func `a secret is not quoted in what is said about it`() {
    let problem = problem(["PATCHBAY_SMTP_URL": "smtp://u:hunter2 @h"])

    #expect(problem?.hasPrefix("PATCHBAY_SMTP_URL: must be smtp://") == true)
    #expect(problem?.contains("hunter2") == false)
  }
}
