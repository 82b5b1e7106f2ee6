import Domain
import Testing

struct MailServerTests {
  @Test func `an address is read with and without account and port`() throws {
    let full = try #require(MailServer("smtps://ada%40example.com:p%3Ass@Mail.example.com:2465"))
    let plain = try #require(MailServer("smtp://localhost/"))

    #expect(full.scheme == .smtps && full.host == "mail.example.com" && full.port == 2_465)
    #expect(full.user == "ada@example.com" && full.password == "p:ss")
    #expect(full.address == "smtps://mail.example.com:2465")
    #expect(plain.port == 25 && plain.user == nil && plain.password == nil)
    #expect(MailServer("smtps://mail.example.com")?.port == 465)
    #expect(MailServer("smtp://[::1]:1025")?.address == "smtp://[::1]:1025")
  }

  @Test(arguments: [
    "", "mail.example.com", "http://mail.example.com", "smtp:mail.example.com", "smtp://",
    "smtp://u@h", "smtp://:p@h", "smtp://u:p@", "smtp://h:0", "smtp://h:x", "smtp://h/path",
    "smtp://h?x", "smtp://u:%@h", "smtp://u:%0A@h", "smtp://a b", "smtp://[::1", "smtp://-h",
  ])
  func `what is none is refused`(text: String) {
    #expect(MailServer(text) == nil)
  }

  @Test(arguments: [
    ("smtp://localhost", true), ("smtp://127.0.0.1:25", true), ("smtp://[::1]", true),
    ("smtp://127.example.com", false), ("smtp://localhost.example.com", false),
    ("smtp://10.0.0.1", false),
  ])
  func `this machine is told from others`(text: String, isLoopback: Bool) {
    #expect(MailServer(text)?.isLoopback == isLoopback)
  }

  @Test func `it never prints its password`() throws {
    let server = try #require(MailServer("smtp://ada:hunter2@mail.example.com"))
    var dumped = ""
    dump(server, to: &dumped)

    #expect(!"\(server) \(String(reflecting: server)) \(dumped)".contains("hunter2"))
  }
}

struct MailMessageTests {
  private func message(subject: String = "Hello", body: String = "Text") -> MailMessage {
    MailMessage(
      id: UUID(high: 1, low: 2), from: EmailAddress("patchbay@example.com")!,
      to: EmailAddress("ada@example.org")!, subject: subject, body: body,
      date: Timestamp(rfc3339: "2026-11-28T04:05:06Z")!)
  }

  private func text(_ message: MailMessage) -> String {
    String(decoding: message.bytes, as: UTF8.self)
  }

  @Test func `it has what a mail must have`() {
    let text = text(message())

    #expect(text.hasPrefix("Date: Sat, 28 Nov 2026 04:05:06 +0000\r\n"))
    #expect(text.contains("\r\nTo: <ada@example.org>\r\nSubject: =?utf-8?B?SGVsbG8=?=\r\n"))
    #expect(text.contains("@example.com>\r\n"))
    #expect(text.hasSuffix("\r\n\r\nVGV4dA==\r\n"))
  }

  @Test(arguments: ["x\r\nBcc: eve@example.com", "x\n\n.\nQUIT", "\u{0}", "é\u{2028}Bcc: a"])
  func `nothing in a name or a text becomes a header or an end`(hostile: String) {
    let text = text(message(subject: hostile, body: hostile))

    let lines = text.split(separator: "\r\n", omittingEmptySubsequences: false)
    let names = lines.prefix { !$0.isEmpty }.filter { !$0.hasPrefix(" ") }.map {
      $0.prefix { $0 != ":" }
    }
    #expect(
      names == [
        "Date", "From", "To", "Subject", "Message-ID", "MIME-Version", "Content-Type",
        "Content-Transfer-Encoding", "Auto-Submitted",
      ])
    #expect(text.utf8.allSatisfy { $0 == 13 || $0 == 10 || ($0 >= 0x20 && $0 < 0x7F) })
    #expect(!lines.contains("."))
  }

  @Test func `a long subject is cut between characters, and no line is too long`() {
    let text = text(
      message(subject: String(repeating: "ü😀", count: 60), body: String(repeating: "ä", count: 500))
    )

    for line in text.split(separator: "\r\n") { #expect(line.utf8.count <= 78) }
  }
}

struct NoticeMailTests {
  private func mail(
    _ kind: NoticeMail.Kind, name: String = "CRM", reason: Webhook.PauseReason? = nil
  )
    -> NoticeMail
  {
    NoticeMail(
      kind: kind, webhook: Webhook.ID(UUID(high: 1, low: 2)), name: name,
      endpointURL: "https://hooks.example.com/in?token=s3cret",
      since: Timestamp(rfc3339: "2026-11-24T14:05:07Z")!, reason: reason,
      rules: NoticeRules(disableAfter: Interval("5d")!), base: "https://app.example.com/p")
  }

  @Test func `each says what it is about, and none shows the query of an address`() {
    for kind in [NoticeMail.Kind.failing, .stopping, .stopped, .recovered] {
      #expect(mail(kind).subject.contains("“CRM”"))
      #expect(mail(kind).body.contains("2026-11-24 14:05 UTC"))
      #expect(!mail(kind).body.contains("s3cret"))
    }
    #expect(mail(.failing).body.contains("2026-11-29 14:05 UTC"))
    #expect(mail(.stopped, reason: .gone).body.contains("410"))
    #expect(mail(.stopped, reason: .damaged).body.contains("That is our fault"))
  }

  @Test func `a name stays on its line`() {
    let mail = mail(.failing, name: "a\u{2028}b\nc")

    #expect(mail.subject == "Webhook “a b c” is failing")
  }

  @Test func `warnings leave time`() {
    let days = NoticeRules(disableAfter: Interval("5d")!)
    let minutes = NoticeRules(disableAfter: Interval("2m")!)

    #expect(days.graceSeconds == 60 && days.warnBeforeSeconds == 86_400)
    #expect(minutes.graceSeconds == 12 && minutes.warnBeforeSeconds == 30)
  }
}
