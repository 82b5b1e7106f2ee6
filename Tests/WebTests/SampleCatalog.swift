import Domain
import Store

@testable import Web

extension SamplePages {
  /// Event types, service keys and settings, as administrators see them.
  var catalog: [Sample] {
    var shell = shell
    shell.isAdministrator = true
    let made = key("Product", id: 1, scopes: [.eventsWrite, .metrics], days: 90)
    let ending = key("Old", id: 2, scopes: [.deliveriesRead], days: 3)
    let offered = entry("lead.created", isRetired: false, webhooks: BoundedCount(9))
    let retired = entry("lead.lost", isRetired: true, webhooks: BoundedCount(1_000, isAll: false))
    func page(_ entry: CatalogEntry) -> AdminEventTypePage {
      AdminEventTypePage(
        shell: shell, entry: entry, form: EventTypeForm(entry.type, position: entry.position))
    }
    var wrong = page(offered)
    wrong.errors = ["description", "group", "position", "example"]
      .map { FieldError($0, text("wrong " + $0)) }
    var stale = page(retired)
    stale.isStale = true
    stale.form.example = text("example")
    let new = NewEventTypePage(shell: shell, form: EventTypeForm(position: 90))
    return [
      Sample(
        name: "service keys",
        html: APIKeysPage(
          shell: shell, holder: .site,
          live: ListPage(items: [made, ending], hasEarlier: false, hasLater: true)
        ).render()),
      Sample(
        name: "create service key",
        html: CreateKeyPage(shell: shell, holder: .site, formID: "form").render()),
      Sample(
        name: "service key",
        html: ShowKeyPage(
          shell: shell, holder: .site, key: made, text: text("pb_key"),
          address: "https://app.example.com/api"
        ).render()),
      Sample(
        name: "revoke service key",
        html: RevokeKeyPage(shell: shell, holder: .site, key: made).render()),
      Sample(
        name: "event types",
        html: AdminEventTypesPage(
          shell: shell,
          page: ListPage(items: [offered, retired], hasEarlier: true, hasLater: true)
        ).render()),
      Sample(name: "event type, wrong", html: wrong.render()),
      Sample(name: "event type, stale", html: stale.render()),
      Sample(name: "new event type", html: new.render()),
      Sample(
        name: "retire",
        html: RetireEventTypePage(shell: shell, entry: offered, toRetire: true).render()),
      Sample(
        name: "bring back",
        html: RetireEventTypePage(shell: shell, entry: retired, toRetire: false).render()),
      Sample(name: "settings shown", html: shown(in: shell, isWell: false)),
      Sample(name: "settings shown, all well", html: shown(in: shell, isWell: true)),
    ]
  }

  private func entry(_ name: String, isRetired: Bool, webhooks: BoundedCount) -> CatalogEntry {
    CatalogEntry(
      type: EventType(
        name: name, description: text("meaning"), group: text("group"), example: #"{"id":"1"}"#,
        isRetired: isRetired),
      position: 10, version: 2, webhooks: webhooks)
  }

  private func shown(in shell: Shell, isWell: Bool) -> HTML {
    let settings = [("standard", ""), ("environment", text("value"))].map { source, value in
      ShownConfiguration.Setting(
        name: text("PATCHBAY_X"), value: value, source: source, meaning: text("meaning"),
        problem: isWell ? nil : text("problem"))
    }
    return AdminSettingsPage(
      shell: shell,
      configuration: ShownConfiguration(
        settings: settings, advice: isWell ? [] : [text("advice")]),
      diagnosis: Diagnosis(
        version: 12, neededVersion: 12, cipher: isWell ? text("cipher") : nil,
        workerSeenAt: isWell ? Self.now : nil, findings: isWell ? [] : [text("finding")])
    ).render()
  }
}
