import Configuration
import Domain
import Testing

@Suite struct SettingsTests {
  @Test func `the defaults are those of the contract`() throws {
    let settings = try load()

    #expect(settings.baseURL?.prefix == "/settings/integrations")
    #expect(settings.database.place == .socket("/run/mysqld/mysqld.sock"))
    #expect(settings.database.name == "patchbay")
    #expect(settings.database.password == nil)
    #expect(settings.database.tlsCAFile == nil)
    #expect(settings.keyRing?.primary.idText == "5f3c9a01")
    #expect(settings.runDirectory == "/run/patchbay")
    #expect(settings.threads == 8)
    #expect(settings.authentication == .password)
    #expect(
      settings.retries
        == RetrySchedule(
          waits: [5, 300, 1_800, 7_200, 18_000, 36_000, 36_000].map { Interval(seconds: $0) },
          jitter: 0.1))
    #expect(settings.attemptTimeout == Interval(seconds: 15))
    #expect(settings.disableAfter == Interval("5d"))
    #expect(settings.retention == Interval("90d"))
    #expect(settings.payloadRetention == Interval("90d"))
    #expect(settings.auditRetention == Interval("400d"))
    #expect(settings.workerConcurrency == 256)
    #expect(settings.workerLinger == Interval(seconds: 55))
    #expect(settings.workerLease == Interval(seconds: 60))
    #expect(settings.endpointAllow == EndpointAllow.nothing)
    #expect(settings.endpointCAFile == nil)
    #expect(settings.rateLimit == Rate(count: 600, per: Interval(seconds: 60)))
    #expect(settings.maxWebhooks == 20)
    #expect(settings.maxKeys == 20)
    #expect(settings.testLimit == Rate(count: 10, per: Interval(seconds: 60)))
    #expect(settings.smtpURL == nil)
    #expect(settings.mailFrom == nil)
  }

  @Test func `each program has its own database account`() throws {
    #expect(try load(program: .web).database.user == "patchbay_web")
    #expect(try load(program: .worker).database.user == "patchbay_worker")
    #expect(try load(program: .admin).database.user == "patchbay_admin")
    #expect(try load(["PATCHBAY_DB_USER": "someone"]).database.user == "someone")
  }

  @Test func `every setting can be set`() throws {
    let settings = try load(
      [
        "PATCHBAY_DB_HOST": "db1,10.0.0.2:1,[::1]:3308", "PATCHBAY_DB_PORT": "3307",
        "PATCHBAY_DB_NAME": "pb_2", "PATCHBAY_DB_TLS_CA": "/ca", "PATCHBAY_RUN_DIR": "/tmp/r",
        "PATCHBAY_THREADS": "1", "PATCHBAY_AUTH": "param", "PATCHBAY_RETRY_SCHEDULE": "1s,0",
        "PATCHBAY_RETRY_JITTER": "0", "PATCHBAY_ATTEMPT_TIMEOUT": "2s",
        "PATCHBAY_DISABLE_AFTER": "10s", "PATCHBAY_RETENTION": "7d",
        "PATCHBAY_PAYLOAD_RETENTION": "1d", "PATCHBAY_AUDIT_RETENTION": "30d",
        "PATCHBAY_WORKER_CONCURRENCY": "4", "PATCHBAY_WORKER_LINGER": "0",
        "PATCHBAY_WORKER_LEASE": "12s", "PATCHBAY_ENDPOINT_ALLOW": "localhost:8081,10.0.0.0/8",
        "PATCHBAY_ENDPOINT_CA_FILE": "/ca", "PATCHBAY_RATE_LIMIT": "5/s",
        "PATCHBAY_MAX_WEBHOOKS": "3", "PATCHBAY_MAX_KEYS": "4", "PATCHBAY_TEST_LIMIT": "100/h",
        "PATCHBAY_SMTP_URL": "smtps://u:p@mail.example.com:465",
        "PATCHBAY_MAIL_FROM": "A@b.example",
      ], files: ["/ca": "-----BEGIN CERTIFICATE-----\n…"])

    #expect(settings.database.place == .hosts(["db1", "10.0.0.2:1", "[::1]:3308"], port: 3_307))
    #expect(settings.database.name == "pb_2")
    #expect(settings.database.tlsCAFile == "/ca")
    #expect(settings.runDirectory == "/tmp/r")
    #expect(settings.threads == 1)
    #expect(settings.authentication == .param)
    #expect(settings.retries == RetrySchedule(waits: [Interval(seconds: 1), .zero], jitter: 0))
    #expect(settings.attemptTimeout == Interval(seconds: 2))
    #expect(settings.disableAfter == Interval(seconds: 10))
    #expect(settings.retention == Interval("7d"))
    #expect(settings.payloadRetention == Interval("1d"))
    #expect(settings.auditRetention == Interval("30d"))
    #expect(settings.workerConcurrency == 4)
    #expect(settings.workerLinger == .zero)
    #expect(settings.workerLease == Interval(seconds: 12))
    #expect(settings.endpointAllow.allows(host: "localhost", port: 8_081))
    #expect(settings.endpointCAFile == "/ca")
    #expect(settings.rateLimit == Rate(count: 5, per: Interval(seconds: 1)))
    #expect(settings.maxWebhooks == 3)
    #expect(settings.maxKeys == 4)
    #expect(settings.testLimit == Rate(count: 100, per: Interval("1h") ?? .zero))
    #expect(settings.smtpURL == MailServer("smtps://u:p@mail.example.com:465"))
    #expect(settings.mailFrom?.text == "a@b.example")
  }

  @Test func `an empty value is as good as none`() throws {
    #expect(try load(["PATCHBAY_THREADS": "", "PATCHBAY_SMTP_URL": ""]).threads == 8)
    #expect(problem(["PATCHBAY_BASE_URL": ""]) == "PATCHBAY_BASE_URL: must be set")
  }

  @Test func `payloads are never kept longer than their deliveries`() throws {
    let settings = try load(
      ["PATCHBAY_RETENTION": "7d", "PATCHBAY_PAYLOAD_RETENTION": "30d"])

    #expect(settings.payloadRetention == Interval("7d"))
  }

  @Test func `the run folder is the one that systemd made`() throws {
    #expect(
      try load(["RUNTIME_DIRECTORY": "/run/a:/run/b"], program: .worker).runDirectory == "/run/a")
    #expect(
      try load(["RUNTIME_DIRECTORY": "/run/a", "PATCHBAY_RUN_DIR": "/run/c"]).runDirectory
        == "/run/c")
    #expect(try load(["RUNTIME_DIRECTORY": "nonsense"]).runDirectory == "/run/patchbay")
  }
}
