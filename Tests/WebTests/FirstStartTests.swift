import Domain
import HTTPTypes
import Store
import Testing

@testable import Web

/// What the overview says on the first day, when no worker was ever started.
struct FirstStartTests {
  @Test func `that no worker has run yet is said with the way to start one`() throws {
    let fixture = try WebFixture()
    let administrator = try fixture.signIn("root@example.com", role: .administrator)

    let page = try fixture.ask(.get, .admin(.overview()), by: administrator)

    let text = String(decoding: page.body, as: UTF8.self)
    #expect(page.status == .ok)
    #expect(text.contains("No worker has run yet. Nothing is being sent."))
    #expect(text.contains("systemctl enable --now patchbay-worker.timer"))
    #expect(!text.contains("No worker has reported for 2 minutes"))
  }
}
