import Domain
import Engine
import HTTPTypes
import Logging
import MariaDB
import Outbound
import Store
import TestSupport

@testable import Web

/// A responder before a migrated database of its own, and people who are signed in.
struct WebFixture {
  static let prefix = "/settings/integrations"

  let stores: Stores
  private let responder: Responder
  private let authentication: WebSettings.Authentication

  /// - Parameters:
  ///   - countPermits: Whether a call may read a whole log.
  ///   - authentication: Who signs people in.
  init(
    countPermits: Permits = always, authentication: WebSettings.Authentication = .password
  ) throws {
    var options = try TestServer.shared.makeDatabase()
    options.sessionStatements = Stores.sessionStatements
    try Database(options).run(
      script: "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
    let database = Database(options)
    _ = try SchemaStore(database: database).migrate(
      SQLFile.numbered.compactMap { SchemaStore.Migration(fileName: $0.name, script: $0.text) },
      lock: Database(options))
    try database.execute("DELETE FROM audit_log")
    let key = KeyRing.Key(
      id: 1, status: .primary, madeAt: Timestamp(seconds: 0),
      bytes: [UInt8](repeating: 7, count: 32))
    stores = Stores(database, seal: Seal(KeyRing(primary: key)))
    responder = Responder(
      stores: stores, settings: Self.settings(countPermits, authentication),
      logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    self.authentication = authentication
  }

  static let always = Permits(take: { true }, giveBack: {})

  private static func settings(
    _ countPermits: Permits, _ authentication: WebSettings.Authentication
  ) -> WebSettings {
    let rules = OutboundRules(
      policy: AddressPolicy(allow: .nothing), caFile: nil, totalTimeoutMilliseconds: 1_000,
      userAgent: "Test")
    let limit = Rate("600/m")!
    return WebSettings(
      prefix: prefix, origin: "http://localhost", isHTTPS: false, authentication: authentication,
      maxWebhooks: 20, maxKeys: 20, testLimit: limit,
      schedule: SamplePages.site.schedule, retention: Interval("90d")!,
      payloadRetention: Interval("90d")!,
      disableAfter: Interval("5d")!, configuration: ShownConfiguration(settings: [], advice: []),
      version: "1", addresses: AddressCheck(rules: rules),
      testSend: TestSend(
        rules: rules, leaseSeconds: 60,
        recording: RecordingRules(schedule: SamplePages.site.schedule, disableAfterSeconds: 1)),
      providers: ProviderRules(outbound: rules, base: "http://localhost" + prefix),
      outgoingPermits: always, countPermits: countPermits, hashPermits: always,
      countCall: { _ in
        RateStanding(limit: limit, isAllowed: true, remaining: 1, secondsToReset: 1)
      },
      wakeWorkers: {}, mailsLinks: false)
  }

  /// Somebody who is signed in.
  struct Browser {
    let cookie: String
    let formToken: String
    /// Whom the host's nginx names with each request, where the host signs in.
    var hostUser: String?
  }

  func signIn(_ email: String, role: User.Role = .user) throws -> Browser {
    let user = try stores.users.add(email: email, role: role, passwordHash: nil, by: .command)
    let token = try stores.sessions.open(
      for: user, address: "::1", userAgent: "", by: .command
    ).token
    return Browser(
      cookie: String(SessionCookie(isHTTPS: false).setting(token).prefix { $0 != ";" }),
      formToken: try FormToken(cookie: token).masked(),
      hostUser: authentication == .host ? email : nil)
  }

  /// A webhook with one header.
  func addHook(of email: String) throws -> Webhook.ID {
    guard let user = try stores.users.find(email: email) else { throw StoreError.notFound }
    return try stores.webhooks.create(
      WebhookDraft(
        name: "CRM", endpointURL: "https://hooks.example.com/in", events: .all,
        startsPaused: false, secret: try Secret(.v1, bytes: [UInt8](repeating: 1, count: 24)),
        headers: [Attempt.Header("X-Key", "one")], maxInFlight: nil, maxPerSecond: nil,
        isOrdered: false), for: user.id, limit: 1, by: .command)
  }

  func ask(
    _ method: HTTPRequest.Method, _ route: Route, by browser: Browser? = nil,
    headers: KeyValuePairs<String, String> = [:], fields: [(String, String)] = []
  ) throws -> Response {
    let links = Links(prefix: Self.prefix, assetVersion: "1")
    let fields = fields.map { "&\($0)=\(PercentEncoding.encode($1))" }
    let body = Array(("csrf=\(browser?.formToken ?? "")" + fields.joined()).utf8)
    var parameters = [
      ("REQUEST_METHOD", method.rawValue), ("REQUEST_URI", links(route)),
      ("CONTENT_TYPE", "application/x-www-form-urlencoded"), ("REMOTE_ADDR", "::1"),
    ]
    if let browser { parameters.append(("HTTP_COOKIE", browser.cookie)) }
    if let name = browser?.hostUser { parameters.append(("PATCHBAY_USER", name)) }
    parameters += headers.map { ($0.key, $0.value) }
    let head = try RequestHead(
      parameters: parameters.map { (name: Array($0.0.utf8), value: Array($0.1.utf8)) })
    return responder.respond(to: head, body: method == .post ? body : [])
  }

  /// A program's call with a JSON body.
  func call(_ path: String, _ body: String, key: APIKey, _ method: String = "POST") throws
    -> Response
  {
    let parameters = [
      ("REQUEST_METHOD", method), ("REQUEST_URI", "\(Self.prefix)/api/v1\(path)"),
      ("CONTENT_TYPE", "application/json"), ("REMOTE_ADDR", "::1"),
      ("HTTP_AUTHORIZATION", "Bearer \(key.text)"),
    ]
    let head = try RequestHead(
      parameters: parameters.map { (name: Array($0.0.utf8), value: Array($0.1.utf8)) })
    return responder.respond(to: head, body: Array(body.utf8))
  }
}
