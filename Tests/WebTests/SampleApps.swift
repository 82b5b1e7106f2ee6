import Domain
import Engine
import Glibc
import Store
import Testing

@testable import Web

// The pages of apps, in the states that change their shape.
extension SamplePages {
  var apps: [Sample] {
    let cards = AppCatalog.apps.enumerated().map { index, app in
      AppsPage.Card(
        app: configured(app, isSetUp: index % 5 != 4),
        connection: index % 3 == 0 ? connection(app, broken: index % 2 == 1) : nil)
    }
    let none = cards.map { AppsPage.Card(app: $0.app, connection: nil) }
    var administrator = shell
    administrator.isAdministrator = true
    return [
      Sample(
        name: "apps", html: AppsPage(shell: shell, cards: cards, filter: AppFilter()).render()),
      Sample(
        name: "apps, administrator",
        html: AppsPage(shell: administrator, cards: none, filter: AppFilter()).render()),
      Sample(
        name: "apps, none found",
        html: AppsPage(
          shell: shell, cards: cards,
          filter: AppFilter(text: text("figma"), category: .storage, state: .connected)
        ).render()),
    ] + app + connecting
  }

  private var app: [Sample] {
    let gitLab = configured(AppCatalog.app(AppID(rawValue: "gitlab")!)!)
    let mixpanel = configured(AppCatalog.app(AppID(rawValue: "mixpanel")!)!)
    func page(
      _ app: ConfiguredApp, _ connection: Connection?, _ outcome: RevocationOutcome? = nil,
      note: AppNote? = nil
    ) -> HTML {
      AppPage(
        shell: shell, app: app, connection: connection,
        lastEnd: outcome.map {
          RevocationReport(accountName: text("Ada"), at: Self.now, outcome: $0)
        }, note: note
      ).render()
    }
    let jira = configured(AppCatalog.app(AppID(rawValue: "jira")!)!)
    let form = mixpanel.app.credentialForm!
    var wrong = CredentialsPage(
      shell: shell, app: mixpanel.app, form: form, isReplacing: true,
      values: ["username": text("user")])
    wrong.errors = (form.fields.map(\.name) + ["region"]).map { FieldError($0, text("wrong")) }
    wrong.isSilent = true
    let notes: [AppNote] = [.works, .checked, .notChecked, .keysRefused]
    let checks = notes.map { note in
      Sample(name: "app, \(note)", html: page(gitLab, connection(gitLab.app), note: note))
    }
    let refusals = [AppPage.Refusal.busy, .tooMany(7)].enumerated().map { index, refusal in
      var page = AppPage(shell: shell, app: gitLab, connection: connection(gitLab.app))
      page.refusal = refusal
      return Sample(name: "app, not checked \(index)", html: page.render())
    }
    let damaged = connection(
      gitLab.app, broken: true, reason: ReconnectReason.damaged.rawValue)
    return checks + refusals
      + RevocationOutcome.allCases.map {
        Sample(name: "app, ended \($0)", html: page(gitLab, nil, $0, note: .disconnected))
      } + [
        Sample(
          name: "app, connected", html: page(gitLab, connection(gitLab.app), note: .connected)),
        Sample(name: "app, limited", html: page(gitLab, connection(gitLab.app, missing: true))),
        Sample(
          name: "app, permissions changed", html: page(gitLab, connection(gitLab.app, lost: true))),
        Sample(name: "app, broken", html: page(gitLab, connection(gitLab.app, broken: true))),
        Sample(name: "app, damaged", html: page(gitLab, damaged)),
        Sample(
          name: "app, more permissions", html: page(gitLab, connection(gitLab.app, gained: true))),
        Sample(
          name: "disconnect, damaged",
          html: DisconnectPage(
            shell: shell, app: gitLab.app, connection: damaged, sharing: []
          ).render()),
        Sample(
          name: "app, not set up", html: page(configured(gitLab.app, isSetUp: false), nil)),
        Sample(name: "app without a site", html: page(jira, connection(jira.app))),
        Sample(
          name: "app with a site",
          html: page(jira, connection(jira.app, site: text("engine")), note: .siteChosen)),
        Sample(name: "app by keys", html: page(mixpanel, nil)),
        Sample(name: "app by keys, connected", html: page(mixpanel, connection(mixpanel.app))),
        Sample(
          name: "app by keys, unchecked",
          html: page(mixpanel, connection(mixpanel.app, isUnchecked: true))),
        Sample(name: "keys, wrong", html: wrong.render()),
        Sample(
          name: "disconnect",
          html: DisconnectPage(
            shell: shell, app: gitLab.app, connection: connection(gitLab.app),
            sharing: [text("Drive")]
          ).render()),
        Sample(
          name: "revoke",
          html: RevokePermissionPage(
            shell: shell, app: gitLab.app, scope: text("read_api"), meaning: text("Read"),
            removal: .connectAgain
          ).render()),
      ]
  }

  private var connecting: [Sample] {
    let gitLab = configured(AppCatalog.app(AppID(rawValue: "gitlab")!)!)
    let hop = HopPage(
      shell: shell, app: gitLab.app, destination: "https://gitlab.com/oauth/authorize?a=b&c=d")
    let ended = [true, false].map {
      Sample(
        name: "attempt of another \($0)",
        html: ConnectEndedPage(shell: shell, app: gitLab.app, isOfAnother: $0).render())
    }
    let states: [ConnectRequest.State] =
      [.waiting, .returned]
      + ConnectOutcome.allCases.map { .ended($0, detail: text("detail")) }
    let results = states.flatMap { state in
      [60, -60].map { seconds -> Sample in
        let request = ConnectRequest(
          id: ConnectRequest.ID(UUID(high: 0x019A_B1C2_0000_7000, low: 5)), app: gitLab.id,
          userID: User.ID(UUID(high: 0, low: 9)), redirectURI: "",
          scopes: gitLab.allScopes.map(\.name), createdAt: Self.now,
          expiresAt: Self.now.advanced(bySeconds: Int64(seconds)), state: state)
        return Sample(
          name: "result \(state) \(seconds)",
          html: ConnectResultPage(
            shell: shell, app: gitLab, request: request, connection: connection(gitLab.app)
          ).render())
      }
    }
    let teams = configured(AppCatalog.app(AppID(rawValue: "microsoft-teams")!)!)
    let approved = ConnectApprovedPage(shell: shell, app: teams.app)
    return [
      Sample(name: "hop", html: hop.render()), Sample(name: "approved", html: approved.render()),
    ] + ended + results + sites
  }

  private var sites: [Sample] {
    let jira = configured(AppCatalog.app(AppID(rawValue: "jira")!)!)
    let listed = ["1", "2"].map {
      ProviderSite(
        id: $0, name: text("engine"), address: text("https://engine.example"),
        apiOrigin: "https://api.example/\($0)")
    }
    func page(_ sites: [ProviderSite], _ trouble: SitePage.Trouble? = nil, site: String? = nil)
      -> SitePage
    {
      SitePage(
        shell: shell, app: jira.app, connection: connection(jira.app, site: site),
        attempt: ConnectRequest.ID(UUID(high: 0x019A_B1C2_0000_7000, low: 5)), sites: sites,
        trouble: trouble)
    }
    var wrong = page(listed)
    wrong.errors = [FieldError("site", text("wrong"))]
    var again = page([], .noAnswer)
    again.chosen = text("1")
    let pages = [
      page(listed), page([listed[0]]), page([]), page(listed, site: text("notes")), wrong, again,
      page([], .busy), page([], .tooMany(7)), page([], .noAnswer),
    ]
    return pages.enumerated().map { Sample(name: "site \($0)", html: $1.render()) }
  }

  var administration: [Sample] {
    var administrator = shell
    administrator.isAdministrator = true
    let apps = AppCatalog.apps.enumerated().map { configured($1, isSetUp: $0 % 2 == 0) }
    let rows = apps.map {
      AdminAppsPage.Row(app: $0, connections: BoundedCount(3))
    }
    func page(_ app: ConfiguredApp) -> AdminAppPage {
      AdminAppPage(
        shell: administrator, app: app, redirectURI: "https://us.example/apps/x/callback",
        tally: AppTally(connections: .init(1), failing: .init(1)), answers: .init(app))
    }
    let verdicts: [Providers.SetupVerdict] = [
      .accepted, .clientRefused, .redirectRefused, .unreachable("dns"), .unknown("x"),
    ]
    var wrong = page(apps[0])
    wrong.answers.clientID = text("id")
    wrong.errors = ["client_id", "token_url"].map { FieldError($0, text("wrong")) }
    var refused = page(apps[0])
    var refusedApp = apps[0]
    refusedApp.refusal = .init(since: Self.now, word: text("invalid_client"))
    refused.app = refusedApp
    var otherClient = page(apps[0])
    otherClient.asksAboutClient = true
    otherClient.asksAboutOff = true
    otherClient.errors = ["understood", "off"].map { FieldError($0, "Tick to confirm") }
    func ended(_ left: Int) -> Sample {
      var shown = page(apps[0])
      shown.endedAll = EndedAll(
        at: Self.now, left: .init(left),
        outcomes: [(outcome: nil, count: .init(2))]
          + RevocationOutcome.allCases.map { (outcome: $0, count: .init(1)) })
      return Sample(name: "admin app, ended all but \(left)", html: shown.render())
    }
    let endings = [apps[0], apps[3], apps[10]].map { app in
      Sample(
        name: "disconnect everyone from \(app.id)",
        html: EndEveryonePage(
          shell: administrator, app: app.app, connections: .init(2),
          errors: [FieldError("understood", text("wrong"))]
        ).render())
    }
    var new = NewAppPage(shell: administrator)
    new.answers.name = text("Acme")
    new.answers.scopes = text("read")
    let fields = ["name", "category", "client_id", "client_secret", "token_url", "discovery"]
    new.errors = fields.map { FieldError($0, text("wrong")) }
    return [
      Sample(
        name: "admin apps", html: AdminAppsPage(shell: administrator, rows: rows).render()),
      Sample(name: "admin app, wrong", html: wrong.render()),
      Sample(name: "admin app, refused", html: refused.render()),
      Sample(
        name: "admin apps, refused",
        html: AdminAppsPage(
          shell: administrator, rows: [.init(app: refusedApp, connections: .init(1))]
        ).render()),
      Sample(name: "admin app, other client", html: otherClient.render()),
      ended(0), ended(3),
      Sample(name: "new app", html: NewAppPage(shell: administrator).render()),
      Sample(name: "new app, wrong", html: new.render()),
    ]
      + endings
      + apps.prefix(12).map { Sample(name: "admin app \($0.id)", html: page($0).render()) }
      + verdicts.map { verdict in
        var tried = page(apps[0])
        tried.verdict = verdict
        tried.isSaved = true
        tried.isStale = true
        return Sample(name: "admin app, tried \(verdict)", html: tried.render())
      }
  }

  private func configured(_ app: App, isSetUp: Bool = true) -> ConfiguredApp {
    ConfiguredApp(
      app, clientID: isSetUp ? "client" : nil, secretLastFour: isSetUp ? text("kQ2m") : nil,
      secretSetAt: Self.now)
  }

  private func connection(
    _ app: App, broken: Bool = false, missing: Bool = false, lost: Bool = false,
    gained: Bool = false, reason: String? = nil, isUnchecked: Bool = false, site: String? = nil
  ) -> Connection {
    let names = app.provider?.scopes.map(\.name) ?? []
    var scopes = names.map { Connection.Scope(name: $0, state: .granted, since: Self.now) }
    scopes.append(.init(name: text("beyond"), state: .granted, since: Self.now))
    scopes.append(.init(name: text("gone"), state: .denied, since: Self.now))
    if missing { scopes.append(.init(name: text("more"), state: .missing, since: Self.now)) }
    if lost {
      scopes.append(
        .init(name: text("lost"), state: .missing, since: Self.now.advanced(bySeconds: 60)))
    }
    if gained {
      scopes.append(
        .init(name: text("gained"), state: .granted, since: Self.now.advanced(bySeconds: 60)))
    }
    return Connection(
      id: Connection.ID(UUID(high: 0x019A_B1C2_0000_7000, low: 6)),
      userID: User.ID(UUID(high: 0, low: 9)), app: app.id, clientID: "client",
      account: AccountIdentity(id: "1", name: text("Ada Lovelace")),
      apiOrigin: site.map { _ in "https://api.example/1" },
      status: broken
        ? .needsReconnect(since: Self.now, reason: reason ?? text("word")) : .connected,
      scopes: scopes, accessExpiresAt: Self.now, connectedAt: Self.now, lastUsedAt: Self.now,
      isByCredentials: app.provider == nil, isUnchecked: isUnchecked, site: site)
  }
}

struct AppTileTests {
  @Test(arguments: AppCatalog.apps)
  func `the letters of a tile can be read`(_ app: App) {
    let ink = AppTile(app: app).ink
    let (one, other) = (luminance(app.colour), luminance(ink))

    #expect((max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5)
  }

  /// By the definition of WCAG 2.2, with the curve itself.
  private func luminance(_ colour: String) -> Double {
    let parts = Hex.decode(colour.dropFirst())!.map { byte -> Double in
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }
}
