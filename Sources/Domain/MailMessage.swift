/// One e-mail as it is handed over: plain text in UTF-8. Sources: RFC 5322, RFC 2045, RFC 2047.
package struct MailMessage: Sendable {
  package let id: UUID
  package let from: EmailAddress
  package let to: EmailAddress
  package let subject: String
  package let body: String
  package let date: Timestamp

  package init(
    id: UUID, from: EmailAddress, to: EmailAddress, subject: String, body: String, date: Timestamp
  ) {
    self.id = id
    self.from = from
    self.to = to
    self.subject = subject
    self.body = body
    self.date = date
  }

  /// Lines end in CR LF. No text of anybody's can begin a header field: the subject is sent encoded, and
  /// so is the body; the addresses are of a form that holds neither space nor line end.
  package var bytes: [UInt8] {
    let domain = from.text.split(separator: "@").last ?? "localhost"
    let lines = [
      "Date: \(dateText)", "From: Patchbay <\(from.text)>", "To: <\(to.text)>",
      "Subject: \(Self.encodedWords(subject))", "Message-ID: <\(id)@\(domain)>",
      "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
      // So that no absence note answers. Source: RFC 3834 section 5.
      "Auto-Submitted: auto-generated", "",
    ]
    return Array((lines + Self.base64Lines(body)).map { $0 + "\r\n" }.joined().utf8)
  }

  /// `Sat, 28 Nov 2026 14:05:07 +0000`
  private var dateText: String {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let time = date.calendar
    let clock = [time.hour, time.minute, time.second].map { padded($0, 2) }.joined(separator: ":")
    return "\(days[time.weekday]), \(padded(time.day, 2)) \(months[time.month - 1]) \(time.year) "
      + "\(clock) +0000"
  }

  /// In words that leave room for the field's name in a line of 76, none of which cuts a character in
  /// two.
  private static func encodedWords(_ text: String) -> String {
    var words: [[UInt8]] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if let last = words.last, last.count + bytes.count <= 39 {
        words[words.count - 1] += bytes
      } else {
        words.append(bytes)
      }
    }
    return words.map { "=?utf-8?B?\(Base64.standard.encode($0))?=" }.joined(separator: "\r\n ")
  }

  private static func base64Lines(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: 57).map { start in
      Base64.standard.encode(Array(bytes[start..<min(start + 57, bytes.count)]))
    }
  }
}
