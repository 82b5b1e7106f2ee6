import Domain
import MariaDB
import Testing

@testable import Store

/// E-mails from their writing to their end.
@Suite struct MailStoreTests {
  let fixture: Fixture
  let user: User

  init() throws {
    fixture = try Fixture()
    user = try fixture.user()
    try fixture.database.execute(
      """
      INSERT INTO mails (id, user_id, subject, body, created_at, due_at)
      VALUES (\(try UUID.new()), \(user.id), 'Hello', 'Text', UTC_TIMESTAMP(6), UTC_TIMESTAMP(6))
      """)
  }

  @Test func `a mail is claimed once, and again when its worker died`() throws {
    let mail = try #require(try fixture.stores.mails.claim())
    #expect(mail.to?.text == "ada@example.com" && mail.subject == "Hello" && mail.tries == 1)
    #expect(try fixture.stores.mails.claim() == nil)

    try makeDue()

    #expect(try fixture.stores.mails.claim()?.tries == 2)
  }

  @Test func `two workers do not send one mail`() throws {
    let options = fixture.options

    let claims = try inParallel(4) { _, gate in
      let stores = Stores(Database(options), seal: Seal(Fixture.keys))
      gate.wait()
      return try stores.mails.claim() != nil
    }

    #expect(claims.count(where: { $0 }) == 1)
  }

  @Test func `a mail that is handed over is never due again`() throws {
    try fixture.stores.mails.sent(try #require(try fixture.stores.mails.claim()))

    #expect(try fixture.number("SELECT due_at IS NULL AND sent_at IS NOT NULL FROM mails") == 1)
    #expect(try fixture.stores.mails.claim() == nil)
  }

  @Test func `one that fails waits longer each time, and is given up after a day`() throws {
    var waits: [Int] = []
    for _ in 1...8 {
      try makeDue()
      let mail = try #require(try fixture.stores.mails.claim())
      try fixture.stores.mails.failed(mail, error: "no")
      waits.append(
        try fixture.number(
          "SELECT ROUND(TIMESTAMPDIFF(MICROSECOND, UTC_TIMESTAMP(6), due_at) / 60000000) FROM mails"
        ))
    }
    #expect(waits == [1, 2, 4, 8, 16, 32, 60, 60])

    try fixture.database.execute(
      "UPDATE mails SET created_at = UTC_TIMESTAMP(6) - INTERVAL 25 HOUR, due_at = UTC_TIMESTAMP(6)"
    )
    try fixture.stores.mails.failed(try #require(try fixture.stores.mails.claim()), error: "no")

    #expect(try fixture.number("SELECT due_at IS NULL AND sent_at IS NULL FROM mails") == 1)
  }

  @Test func `whose user is gone or disabled has no address`() throws {
    try fixture.stores.users.setStatus(.disabled, of: user.id, by: .command)
    let mail = try #require(try fixture.stores.mails.claim())
    #expect(mail.to == nil)

    try fixture.stores.mails.drop(mail)

    #expect(try fixture.number("SELECT due_at IS NULL FROM mails") == 1)
  }

  private func makeDue() throws {
    try fixture.database.execute("UPDATE mails SET due_at = UTC_TIMESTAMP(6)")
  }
}
