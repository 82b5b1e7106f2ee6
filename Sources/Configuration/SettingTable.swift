import Domain

/// Every setting: its name, how it is written and in what range, its default, its meaning.
/// `Settings`, `patchbay doctor` and the table of the README come from here.
enum SettingTable {
  static let baseURL = Setting(
    "BASE_URL", Form("http:// or https://, a host and a plain path") { BaseURL($0) },
    "public URL with the prefix; its path is the route prefix, its scheme decides `Secure` cookies")

  static let databaseSocket = Setting(
    "DB_SOCKET", .path, standard: "/run/mysqld/mysqld.sock", "the database's unix socket")
  static let databaseHosts = Setting(
    "DB_HOST", .hosts, words: "the socket",
    "its hosts instead, a comma list, tried in order; each may have a port: `db1:3307`, `[::1]:3307`"
  )
  static let databasePort = Setting(
    "DB_PORT", .integer(1...65_535), standard: "3306", "the port of the others")
  static let databaseName = Setting("DB_NAME", .name(64), standard: "patchbay", "the database")
  static let databaseTLSCA = Setting(
    "DB_TLS_CA", .path, words: "no TLS",
    "file with the CA that signed the hosts' certificates; needed for hosts beyond this machine")
  static let databaseUser = Setting(
    "DB_USER", .name(80), words: "`patchbay_web`, `patchbay_worker`, `patchbay_admin` by program",
    "its account")
  static let databasePasswordFile = Setting(
    "DB_PASSWORD_FILE", .path, words: "credential `db-passwords`, else unix_socket authentication",
    "one `user password` a line")
  static let keyRingFile = Setting(
    "KEYRING_FILE", .path, words: "credential `keyring`",
    "encryption keys (made by `patchbay keys generate`)")
  static let runDirectory = Setting(
    "RUN_DIR", .path, standard: "/run/patchbay",
    words: "`$RUNTIME_DIRECTORY`, else `/run/patchbay`",
    "where workers bind the sockets that wake them")

  static let threads = Setting(
    "THREADS", .integer(1...256), standard: "8", "request threads of the responder")
  static let authentication = Setting<Authentication>(
    "AUTH", .choice, standard: "password",
    """
    `password`: own sign-in page; `param`: trust the FastCGI parameter `PATCHBAY_USER`, an e-mail \
    address that nginx sets
    """)

  static let retrySchedule = Setting(
    "RETRY_SCHEDULE", .schedule, standard: "5s,5m,30m,2h,5h,10h,10h",
    "waits after the 1st, 2nd … failed attempt; the first attempt is at once")
  static let retryJitter = Setting(
    "RETRY_JITTER", .decimal(0...1), standard: "0.1",
    "each wait is multiplied by 1 ± this, at random")
  static let attemptTimeout = Setting(
    "ATTEMPT_TIMEOUT", .interval("1s", "5m"), standard: "15s",
    "whole attempt, name look-up and connect within 5 s")
  static let disableAfter = Setting(
    "DISABLE_AFTER", .interval("1s", "365d"), standard: "5d",
    "pause a webhook whose every attempt failed for this long")

  static let retention = Setting(
    "RETENTION", .interval("1s", "3650d"), standard: "90d",
    "finished and held deliveries with their attempts are purged after this")
  static let payloadRetention = Setting(
    "PAYLOAD_RETENTION", .interval("1s", "3650d"), words: "the same",
    """
    payloads and answers' bodies of events with no pending or held delivery are purged after \
    this, if it is shorter
    """)
  static let auditRetention = Setting(
    "AUDIT_RETENTION", .interval("30d", "3650d"), standard: "400d",
    "audit rows are purged after this; at least 30 days")

  static let workerConcurrency = Setting(
    "WORKER_CONCURRENCY", .integer(1...4_096), standard: "256", "transfers in flight")
  static let workerLinger = Setting(
    "WORKER_LINGER", .interval("0s", "1d"), standard: "55s",
    "how long a worker keeps polling after the queue is empty before it exits (0: exit at once)")
  static let workerLease = Setting(
    "WORKER_LEASE", .interval("11s", "1h"), standard: "60s",
    """
    a claimed delivery becomes due again after this if the worker dies; at least attempt timeout \
    + 10 s
    """)

  static let endpointAllow = Setting(
    "ENDPOINT_ALLOW", .endpointAllow, standard: "", words: "empty",
    "comma list of `host:port` and CIDR let through the address guard")
  static let endpointCAFile = Setting(
    "ENDPOINT_CA_FILE", .path, words: "system store", "extra CA for endpoints")

  static let rateLimit = Setting(
    "RATE_LIMIT", .rate, standard: "600/m", "API calls per user key; service keys are not limited")
  static let maxWebhooks = Setting("MAX_WEBHOOKS", .integer(1...10_000), standard: "20", "per user")
  static let maxKeys = Setting("MAX_KEYS", .integer(1...10_000), standard: "20", "per user")
  static let testLimit = Setting(
    "TEST_LIMIT", .rate, standard: "10/m", "test sends and address checks per user, each")

  static let smtpURL = Setting(
    "SMTP_URL", .mailServer, words: "empty", isSecret: true,
    "mail server for e-mail notices, when set")
  static let mailFrom = Setting(
    "MAIL_FROM", Form("an e-mail address") { EmailAddress($0) }, words: "empty",
    "sender of e-mail notices")

  static let all: [any DescribedSetting] = [
    baseURL, databaseSocket, databaseHosts, databasePort, databaseName, databaseTLSCA,
    databaseUser, databasePasswordFile, keyRingFile, runDirectory, threads, authentication,
    retrySchedule, retryJitter, attemptTimeout, disableAfter, retention, payloadRetention,
    auditRetention, workerConcurrency, workerLinger, workerLease, endpointAllow, endpointCAFile,
    rateLimit, maxWebhooks, maxKeys, testLimit, smtpURL, mailFrom,
  ]

  /// What `deploy/run` writes for people and scripts that use the demo. Every program knows these
  /// names and ignores them.
  static let demoNames: Set<String> = [
    "PATCHBAY_URL", "PATCHBAY_USER_EMAIL", "PATCHBAY_USER_PASSWORD", "PATCHBAY_USER_API_KEY",
    "PATCHBAY_ADMIN_EMAIL", "PATCHBAY_ADMIN_PASSWORD", "PATCHBAY_SERVICE_API_KEY",
    "PATCHBAY_SINK_URL", "PATCHBAY_SINK_LOG", "PATCHBAY_CA_FILE", "PATCHBAY_SANDBOX_URL",
    "PATCHBAY_WORKER", "PATCHBAY_ENV_FILE",
  ]
}

extension Form where Value == Rate {
  static var rate: Form { Form("a rate such as 600/m, from 1/d to 1000000/s") { Rate($0) } }
}

extension Form where Value == EndpointAllow {
  static var endpointAllow: Form {
    Form("a comma list of host:port and ranges of addresses such as 10.0.0.0/8") {
      (text) throws(Misfit) in
      do throws(EndpointAllow.Problem) {
        return try EndpointAllow(text)
      } catch {
        throw Misfit(problem: error.description)
      }
    }
  }
}
