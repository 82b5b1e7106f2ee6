import Domain
import TestSupport
import Testing

@testable import Web

struct AuditWordsTests {
  private func record(
    _ action: String, name: String? = nil, before: String? = nil, after: String? = nil,
    address: String? = nil
  ) -> AuditRecord {
    AuditRecord(
      id: UUID("019ab1c2-0000-7000-8000-000000000001")!,
      at: Timestamp(rfc3339: "2026-11-24T12:00:00Z")!, who: .user("ada@example.com"), actorID: nil,
      userID: nil, userEmail: nil, action: action,
      subjectID: UUID("019ab1c2-0000-7000-8000-000000000002")!, subjectName: name,
      before: before.map { Array($0.utf8) }, after: after.map { Array($0.utf8) }, address: address,
      requestID: nil)
  }

  private func sentence(_ record: AuditRecord) -> String {
    let words = AuditWords(record)
    return "\(words.who) \(words.phrase)" + (words.thing.map { " " + $0 } ?? "")
  }

  @Test func `a row is a sentence that names the thing`() {
    #expect(
      sentence(record("webhook.paused", name: "Billing sync"))
        == "ada@example.com paused the webhook Billing sync")
    #expect(
      sentence(record("webhook.changed", name: "CRM", after: #"{"status":"active"}"#))
        == "ada@example.com resumed the webhook CRM")
    #expect(
      sentence(record("connection.made", name: "gitlab")) == "ada@example.com connected GitLab")
  }

  @Test func `every action that is written has words`() {
    #expect(WritingCode.actions.subtracting(AuditWords.phrases.keys).sorted() == [])
  }

  @Test func `a block is told by whom or what it is for`() {
    #expect(
      sentence(record("sign_in.network_blocked", after: #"{"network":"198.51.100.0/24"}"#))
        == "ada@example.com has to wait, as all do there, after wrong passwords from 198.51.100.0/24"
    )
  }

  @Test(arguments: [
    ("payload.read", "read the payload of a delivery"), ("delivery.dropped", "dropped a delivery"),
    ("delivery.retried", "sent a delivery again"),
  ])
  func `a delivery goes by its webhook, and is a delivery when that is gone`(
    action: String, phrase: String
  ) {
    let found = record(action, name: "Billing sync")

    #expect(sentence(found) == "ada@example.com \(phrase) to Billing sync")
    #expect(AuditWords(found).delivery == found.subjectID.map(Delivery.ID.init))
    #expect(sentence(record(action)) == "ada@example.com \(phrase)")
    #expect(AuditWords(record("webhook.deleted")).delivery == nil)
  }

  @Test func `a thing that is gone goes by what was kept, else by its id`() {
    #expect(
      sentence(record("api_key.created", after: #"{"name":"Deploy"}"#))
        == "ada@example.com created the API key Deploy")
    #expect(
      sentence(record("webhook.deleted"))
        == "ada@example.com deleted the webhook 019ab1c2-0000-7000-8000-000000000002")
  }

  @Test func `a job over many deliveries is told by what it is for, and leads to its page`() {
    let begun = record("deliveries.dropped", after: #"{"count":12,"host":"hooks.example.com"}"#)
    #expect(sentence(begun) == "ada@example.com began to drop 12 deliveries")
    #expect(AuditWords(begun).job == begun.subjectID.map(RetryJob.ID.init))
    #expect(
      sentence(record("deliveries.retried", after: #"{"count":1}"#))
        == "ada@example.com began to send again 1 delivery")
    #expect(
      sentence(record("bulk_job.ended", after: #"{"state":"stopped","sent":3}"#))
        == "ada@example.com ended a job over many deliveries, as it was stopped")
    #expect(
      sentence(record("bulk_job.stopped"))
        == "ada@example.com stopped a job over many deliveries")
    #expect(AuditWords(record("webhook.deleted")).job == nil)
  }

  @Test func `an action without words is still readable`() {
    #expect(
      sentence(record("thing.renamed", after: #"{"name":"lead.lost"}"#))
        == "ada@example.com thing renamed: lead.lost")
  }

  @Test func `an address is shortened to its network`() {
    #expect(AuditWords(record("x.y", address: "198.51.100.7")).network == "198.51.100.x")
    #expect(AuditWords(record("x.y", address: "2001:db8:1:2::3")).network == "2001:db8:1:…")
  }

  @Test func `a cell that a spreadsheet would run is text`() {
    let row = record("webhook.paused", name: "=HYPERLINK(1)")

    let file = String(decoding: AuditFile.bytes([row], .csv, isCut: false), as: UTF8.self)

    #expect(file.contains(",'=HYPERLINK(1),"))
  }
}
