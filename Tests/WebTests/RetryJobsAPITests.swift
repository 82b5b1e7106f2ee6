import Domain
import HTTPTypes
import Store
import Testing

@testable import Web

/// Jobs that a program begins.
struct RetryJobsAPITests {
  @Test func `while others count long logs a job is begun later`() throws {
    let answers = try [false, true].map { isFree in
      let fixture = try WebFixture(countPermits: Permits(take: { isFree }, giveBack: {}))
      let user = try fixture.stores.users.add(
        email: "ada@example.com", role: .user, passwordHash: nil, by: .command)
      let webhook = try fixture.stores.webhooks.create(
        WebhookDraft(
          name: "CRM", endpointURL: "https://hooks.example.com/in", events: .all,
          startsPaused: false, secret: try Secret(.v1, bytes: [UInt8](repeating: 1, count: 24)),
          headers: [], maxInFlight: nil, maxPerSecond: nil, isOrdered: false),
        for: user.id, limit: 1, by: .command)
      let key = try fixture.stores.apiKeys.create(
        for: user.id, name: "host", scopes: [.deliveriesWrite], expiresAt: nil, by: .command)
      return try fixture.call(
        "/webhooks/\(webhook)/retry-failed", #"{"since": "2026-01-01T00:00:00Z"}"#, key: key)
    }

    #expect(answers.map(\.status) == [.serviceUnavailable, .accepted])
    #expect(answers[0].fields[.retryAfter] == "1")
  }
}
