import Domain
import Store
import Testing
import Web

private let webhook = Webhook.ID("019ab1c2-0000-7000-8000-000000000001")!
private let delivery = Delivery.ID("019ab1c2-0000-7000-8000-000000000002")!
private let gitLab = AppID(rawValue: "gitlab")!
private let attempt = ConnectRequest.ID("019ab1c2-0000-7000-8000-000000000003")!
private let noon = Timestamp(rfc3339: "2026-11-24T12:00:00Z")!

struct RouteTests {
  static let routes: [Route] = [
    .root, .signIn(),
    .signIn(next: "/settings/integrations/webhooks?status=failed", note: .expired),
    .signIn(note: .signedOut), .signOut, .webhooks,
    .webhookList(WebhookListFilter(health: .failing, search: "a & b")), .newWebhook,
    .webhook(webhook),
    .webhook(
      webhook,
      DeliveryFilter(
        status: .failed, event: "lead.created & more", from: noon,
        to: noon.advanced(byMicroseconds: 90_000_001),
        place: .after(Cursor(time: noon, id: delivery.rawValue)))),
    .webhook(
      webhook, DeliveryFilter(place: .before(Cursor(time: noon, id: delivery.rawValue)))),
    .webhook(
      webhook,
      DeliveryFilter(answer: .broken, eventID: Event.ID(delivery.rawValue), span: .week)),
    .deliveryFile(webhook, DeliveryFilter(answer: DeliveryFilter.Answer.none), .csv),
    .deliveryFile(webhook, DeliveryFilter(), .jsonl),
    .newerDeliveries(
      webhook, DeliveryFilter(place: .before(Cursor(time: noon, id: delivery.rawValue)))),
    .retryDelivery(delivery, of: webhook), .test(webhook), .test(webhook, event: "a b"),
    .testResult(delivery, of: webhook), .retryMany(webhook, RetryChoice(.retry)),
    .retryMany(
      webhook, RetryChoice(.retry, since: .worked, until: noon, event: "x", selection: [delivery])),
    .retryMany(webhook, RetryChoice(.recover, since: .moment(noon))),
    .retryMany(webhook, RetryChoice(.drop, since: .hours(24))),
    .retryJob(RetryJob.ID(delivery.rawValue), of: webhook),
    .stopRetryJob(RetryJob.ID(delivery.rawValue), of: webhook), .checkSignature(),
    .checkSignature(delivery),
    .editWebhook(webhook), .webhookActive(webhook), .webhookEvents(webhook),
    .deleteWebhook(webhook), .rotateSecret(webhook), .endOverlap(webhook), .checkAddress,
    .webhookSecret(webhook), .delivery(delivery, of: webhook), .apiKeys(),
    .apiKeys(KeyListChoice(revoked: webhook.rawValue)), .attention, .newAPIKey,
    .apiKey(webhook.rawValue),
    .revokeAPIKey(webhook.rawValue),
    .delivery(delivery, of: webhook, attempt: 3), .events, .event("lead.created"),
    .event("what/ever?ü"), .apps(),
    .apps(AppFilter(text: "mail & more", category: .storage, state: .needsReconnect)),
    .app(gitLab), .connectApp(gitLab), .checkApp(gitLab), .callback(gitLab),
    .appSite(gitLab), .appSite(gitLab, attempt: ConnectRequest.ID(UUID(high: 1, low: 2))),
    .revokePermission(gitLab),
    .revokePermission(gitLab, scope: "a:b c"), .disconnectApp(gitLab), .credentials(gitLab),
    .connect(attempt), .connect(attempt, .go), .connect(attempt, .status),
    .connect(attempt, .choose), .admin(.apps), .admin(.newApp), .admin(.app(gitLab)),
    .admin(.tryApp(gitLab)), .healthz, .forgotten, .welcome("abc_-9"), .account(.show),
    .account(.password), .account(.endSession), .account(.endOthers), .signIn(note: .passwordSet),
    .signIn(note: .resetAsked), .admin(.users(.list())),
    .admin(
      .users(
        .list(
          UserListFilter(
            filter: UserFilter(role: .administrator, state: .disabled, prefix: "a&b"),
            place: .after("ada@example.com"))))),
    .admin(.users(.list(UserListFilter(place: .before("ada+x@example.com"))))),
    .admin(.users(.step(.role, User.ID(webhook.rawValue)))), .admin(.users(.invite)),
    .admin(.users(.user(User.ID(webhook.rawValue)))),
    .admin(.users(.revokeKey(delivery.rawValue, of: User.ID(webhook.rawValue)))),
    .admin(.users(.disconnect(AppID(rawValue: "github")!, of: User.ID(webhook.rawValue)))),
    .admin(.overview()), .admin(.overview(.week)), .metrics,
    .admin(.deliveries(.log())),
    .admin(
      .deliveries(
        .log(
          AdminLogFilter(
            log: DeliveryFilter(
              status: .failed, event: "a & b", answer: .broken, span: .week,
              place: .after(Cursor(time: noon, id: delivery.rawValue))),
            id: "x", webhook: "CRM & more", host: "hooks.example.com", user: "ada@example.com",
            code: "401")))),
    .admin(.deliveries(.delivery(delivery))), .admin(.deliveries(.delivery(delivery, attempt: 3))),
    .admin(.deliveries(.payload(delivery))), .admin(.deliveries(.retry(delivery))),
    .admin(.deliveries(.drop(delivery))), .admin(.deliveries(.dead())),
    .admin(
      .deliveries(
        .dead(
          DeadChoice(
            DeadFilter(
              host: "hooks.example.com", cause: DeadCause(error: .status, status: 401),
              user: User.ID(delivery.rawValue), webhook: webhook, eventType: "lead.created"),
            place: .before(Cursor(time: noon, id: delivery.rawValue)))))),
    .admin(.deliveries(.retryDead(DeadChoice(DeadFilter(selection: [delivery]))))),
    .admin(.deliveries(.dropDead(DeadChoice(DeadFilter(selection: []))))),
    .admin(.deliveries(.job(RetryJob.ID(delivery.rawValue)))),
    .admin(.deliveries(.stopJob(RetryJob.ID(delivery.rawValue)))),
    .admin(.settings), .admin(.keys(.list())),
    .admin(.keys(.list(KeyListChoice(revoked: webhook.rawValue)))),
    .admin(.keys(.list(KeyListChoice(place: .after(webhook.rawValue))))), .admin(.keys(.new)),
    .admin(.keys(.key(webhook.rawValue))), .admin(.keys(.revoke(webhook.rawValue))),
    .admin(.eventTypes(.list())), .admin(.eventTypes(.list(.before("a.b")))),
    .admin(.eventTypes(.new)),
    .admin(.eventTypes(.type("lead.created"))), .admin(.eventTypes(.retire("lead.created"))),
    .admin(.eventTypes(.restore("lead.created"))),
    .admin(.endApp(gitLab)),
    .admin(.audit()),
    .admin(
      .audit(
        AuditFilter(
          person: "ada@example.com", group: .webhooks, reference: "req & 1", span: .day,
          place: .after(Cursor(time: noon, id: delivery.rawValue))))),
    .admin(.auditFile(AuditFilter(from: noon), .csv)), .admin(.auditFile(AuditFilter(), .jsonl)),
    .activity(), .activity(AuditFilter(place: .before(Cursor(time: noon, id: delivery.rawValue)))),

    .api("webhooks/x"),
  ]

  @Test(arguments: UserRoute.Step.allCases)
  func `each step with a person has its address`(_ step: UserRoute.Step) {
    let route = Route.admin(.users(.step(step, User.ID(webhook.rawValue))))

    #expect(Route(path: route.path) == route)
  }

  @Test(arguments: routes)
  func `what is printed reads back as the same`(_ route: Route) {
    let links = Links(prefix: "/settings/integrations", assetVersion: "1")
    guard case .event("what/ever?ü") = route else {
      #expect(links.route(at: links(route)) == route)
      return
    }
    // No type is named so: printed safely, and then not found.
    #expect(links(route) == "/settings/integrations/events/what%2Fever%3F%C3%BC")
    #expect(links.route(at: links(route)) == nil)
  }

  @Test(arguments: [
    "webhooks", "//", "/webhooks/", "//webhooks", "/webhooks//x", "/webhooks/new/x", "/Webhooks",
    "/webhooks/not-a-uuid", "/webhooks/019ab1c2-0000-7000-8000-000000000001/x",
    "/webhooks/019ab1c2-0000-7000-8000-000000000001/deliveries", "/webhooks/%6eew%2f",
    "/api-keys/x",
    "/api-keys/019ab1c2-0000-7000-8000-000000000001/x", "/api-keys/new/x", "/events/%",
    "/events/%zz", "/events/%ff", "/events/%00", "/events/a%0ab", "/events/a/b", "/sign-in/x",
    "/..",
    "/api/v1", "/healthz/", "/events/", "/apps/", "/apps/GitLab", "/apps/gitlab/x",
    "/apps/gitlab/connect/x", "/connect", "/connect/x",
    "/admin/users/x", "/admin/users/new/x", "/welcome", "/welcome/a/b",
    "/account/x", "/account/sessions", "/sign-in/reset/x",
    "/admin/users/019ab1c2-0000-7000-8000-000000000001/x",
    "/admin/users/019ab1c2-0000-7000-8000-000000000001/keys/x/revoke",
    "/admin/users/019ab1c2-0000-7000-8000-000000000001/apps/X%20/disconnect",
    "/admin/users/019ab1c2-0000-7000-8000-000000000001/apps/github",
    "/connect/019ab1c2-0000-7000-8000-000000000003/result", "/admin/", "/admin/nothing",
    "/metrics/x", "/admin/apps/gitlab/x",
    "/admin/apps/new/test/x",
    "/admin/deliveries/x", "/admin/dead/x", "/admin/jobs",
    "/admin/jobs/019ab1c2-0000-7000-8000-000000000001/x", "/admin/dead/retry/x",
    "/admin/deliveries/019ab1c2-0000-7000-8000-000000000001/retry/x",
    "/admin/settings/x", "/admin/keys/x", "/admin/keys/new/x",
    "/admin/event-types/A", "/admin/event-types/lead.created/x",
  ])
  func `an address that is never printed is not found`(_ path: String) {
    #expect(Route(path: path) == nil)
  }

  @Test func `escaped letters mean the same as plain ones`() {
    #expect(Route(path: "/web%68ooks") == .webhooks)
  }

  @Test(arguments: [
    "https://evil.example", "//evil.example", "/\\evil.example", "", "/", "/settings",
    "/settings/integrationsx", "/settings/integrations//evil.example", "javascript:alert(1)",
    "/settings/integrations/webhooks#x", "/settings/integrations/../admin",
  ])
  func `somebody else's address is no place to go on to`(_ address: String) {
    let links = Links(prefix: "/settings/integrations/", assetVersion: "1")

    #expect(links.route(at: address) == nil)
  }

  @Test func `without a prefix only our own paths are taken`() {
    let links = Links(prefix: "", assetVersion: "1")

    #expect(links.route(at: "//evil.example") == nil)
    #expect(links.route(at: "/webhooks") == .webhooks)
    #expect(links(.root) == "/")
  }

  @Test func `an asset's address changes with the release`() {
    let links = Links(prefix: "/p", assetVersion: "1.2 & 3")

    #expect(links.asset("patchbay.css") == "/p/assets/patchbay.css?v=1.2%20%26%203")
  }
}

struct DeliveryFilterTests {
  @Test func `an untouched form asks for everything`() {
    let filter = DeliveryFilter(Query("status=&event=&from=&to="))

    #expect(filter == DeliveryFilter())
    #expect(!filter.narrows)
  }

  @Test(arguments: [
    "2026-11-24T12:00", "2026-11-24T12:00:00", "2026-11-24T12:00:00Z", "2026-11-24T13:00:00+01:00",
  ])
  func `a time is read as a field or a person writes it`(_ text: String) {
    var query = Query()
    query.append("from", text)

    #expect(DeliveryFilter(query).from == noon)
  }

  @Test func `a time that cannot be read is a problem, not everything`() {
    let filter = DeliveryFilter(Query("from=yesterday&to=24.11.2026"))

    #expect(filter.problems == [.unreadableFrom, .unreadableTo])
    #expect(filter.narrows)
  }

  @Test func `from must be before to`() {
    #expect(DeliveryFilter(from: noon, to: noon).problems == [.fromIsNotBeforeTo])
    #expect(DeliveryFilter(from: noon, to: noon.advanced(bySeconds: 1)).problems.isEmpty)
  }

  @Test func `a place that cannot be read is known as lost`() {
    #expect(DeliveryFilter(Query("after=rubbish")).place == .lost)
  }

  @Test func `another place keeps the choice`() {
    let filter = DeliveryFilter(status: .held, event: "user.login", place: .lost)

    #expect(filter.at(nil) == DeliveryFilter(status: .held, event: "user.login"))
  }
}
