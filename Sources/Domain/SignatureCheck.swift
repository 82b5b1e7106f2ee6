import Crypto

/// Checks a signature as a receiver should, step by step, and says which step fails and why.
///
/// Nothing of it is kept. Source: Standard Webhooks, "Verifying webhook authenticity".
package struct SignatureCheck: Sendable {
  package enum Step: String, Sendable, CaseIterable { case secret, headers, timestamp, signature }

  package enum Verdict: Equatable, Sendable {
    case good
    case bad
    /// Not reached, since a step before it failed.
    case skipped
  }

  package struct Finding: Equatable, Sendable {
    package let step: Step
    package let verdict: Verdict
    /// A sentence or two: what is so, and what to do about it.
    package let text: String
  }

  /// Of all four steps, in order.
  package private(set) var findings: [Finding] = []

  package var isGood: Bool { findings.allSatisfy { $0.verdict == .good } }

  private let now: Timestamp
  private let sentBody: [UInt8]?

  /// - Parameters:
  ///   - secret: As it was pasted: `whsec_…`, or `whpk_…` for Ed25519.
  ///   - headers: As they were pasted; names in any case.
  ///   - body: With line ends as line feeds.
  ///   - sentBody: What we did send under this `webhook-id`, where that is known.
  package init(
    secret: String, headers: [Attempt.Header], body: [UInt8], now: Timestamp,
    sentBody: [UInt8]? = nil
  ) {
    self.now = now
    self.sentBody = sentBody
    let key = check(secret: secret)
    let parts = check(headers)
    if let parts {
      check(timestamp: parts.timestamp)
    } else {
      skip(.timestamp)
    }
    if let key, let parts, Int64(parts.timestamp) != nil {
      check(parts, body: body, key: key)
    } else {
      skip(.signature)
    }
  }

  /// What five minutes are: a request whose time is further off may be a repeat of an old one.
  package static let toleranceSeconds: Int64 = 300

  private enum Key {
    case shared([UInt8])
    case publicKey([UInt8])

    var word: String {
      switch self {
      case .shared: "v1"
      case .publicKey: "v1a"
      }
    }
  }

  private struct Parts {
    let id: String
    let timestamp: String
    let signatures: [String]
  }

  private mutating func add(_ step: Step, _ verdict: Verdict, _ text: String) {
    findings.append(Finding(step: step, verdict: verdict, text: text))
  }

  private mutating func skip(_ step: Step) {
    add(step, .skipped, "Not checked: a step before it has to be mended first.")
  }
}

// The steps.
extension SignatureCheck {
  private mutating func check(secret: String) -> Key? {
    let text = secret.trimmingWhiteSpace
    guard !text.isEmpty else {
      add(.secret, .bad, "There is no secret.")
      return nil
    }
    guard !text.utf8.contains(where: isWhiteSpace) else {
      add(.secret, .bad, "There is white space within the secret. It is one word without any.")
      return nil
    }
    if text.hasPrefix("whpk_") { return publicKey(text) }
    guard text.hasPrefix("whsec_") else {
      add(
        .secret, .bad,
        text.hasPrefix("whsk_")
          ? "This is the private key of Ed25519. Receivers check with the public one, whpk_…"
          : "A secret begins with whsec_. Use it whole, as it was shown, and decode what follows.")
      return nil
    }
    guard let bytes = Base64.standard.decode(text.dropFirst(6)) else {
      add(.secret, .bad, "What follows whsec_ is not base64: a character is missing or changed.")
      return nil
    }
    guard (24...64).contains(bytes.count) else {
      add(
        .secret, .bad,
        "What follows whsec_ are \(bytes.count) bytes; a secret has 24 to 64. A part is missing.")
      return nil
    }
    if text.utf8.count != secret.utf8.count {
      add(
        .secret, .bad,
        "There is white space before or behind the secret, often a line end from a file. Cut it "
          + "off; the steps below were made without it.")
    } else {
      add(.secret, .good, "It is whsec_ and the base64 of \(bytes.count) bytes.")
    }
    return .shared(bytes)
  }

  private mutating func publicKey(_ text: String) -> Key? {
    guard let bytes = Base64.standard.decode(text.dropFirst(5)), bytes.count == 32 else {
      add(.secret, .bad, "What follows whpk_ is not the base64 of 32 bytes.")
      return nil
    }
    add(.secret, .good, "It is a public key of Ed25519.")
    return .publicKey(bytes)
  }

  private mutating func check(_ headers: [Attempt.Header]) -> Parts? {
    var found: [String: String] = [:]
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
      let values = headers.filter { $0.name.lowercased() == name }.map(\.value)
      guard let value = values.first, !value.trimmingWhiteSpace.isEmpty else {
        add(
          .headers, .bad,
          "There is no \(name) header. A proxy may drop it, or the name is looked up in another "
            + "case: header names have none.")
        return nil
      }
      guard values.count == 1 else {
        add(.headers, .bad, "There are \(values.count) \(name) headers; we send one.")
        return nil
      }
      found[name] = value.trimmingWhiteSpace
    }
    add(.headers, .good, "webhook-id, webhook-timestamp and webhook-signature are there.")
    return Parts(
      id: found["webhook-id"] ?? "", timestamp: found["webhook-timestamp"] ?? "",
      signatures: (found["webhook-signature"] ?? "").split(separator: " ").map(String.init))
  }

  private mutating func check(timestamp text: String) {
    guard let seconds = Int64(text), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
      add(.timestamp, .bad, "webhook-timestamp is not a number: whole seconds since 1970.")
      return
    }
    let (off, overflows) = now.seconds.subtractingReportingOverflow(seconds)
    if overflows || seconds > 99_999_999_999 {
      add(.timestamp, .bad, "webhook-timestamp counts seconds since 1970; this is too large.")
    } else if off.magnitude > UInt64(Self.toleranceSeconds) {
      let length = Self.length(Int64(off.magnitude))
      add(
        .timestamp, .bad,
        off > 0
          ? "It was signed \(length) ago, more than 5 minutes: a receiver refuses it now. When it "
            + "came it may have been in time; is your clock right?"
          : "It was signed \(length) from now, more than 5 minutes: a clock is wrong.")
    } else {
      add(.timestamp, .good, "It was signed less than 5 minutes from now.")
    }
  }

  private mutating func check(_ parts: Parts, body: [UInt8], key: Key) {
    let start = key.word + ","
    let given = parts.signatures.filter { $0.hasPrefix(start) }.map { $0.dropFirst(start.count) }
    guard !given.isEmpty else {
      add(
        .signature, .bad,
        "webhook-signature has no \(key.word) entry, only \(Self.kinds(of: parts.signatures)). "
          + "Each entry is its kind, a comma and base64, with one space between two.")
      return
    }
    guard given.count <= Self.entryLimit else {
      add(
        .signature, .bad,
        "webhook-signature has \(given.count) \(key.word) entries; we send two at most. Something "
          + "put several requests together.")
      return
    }
    let length = key.word == "v1" ? 32 : 64
    let signatures = given.compactMap { Base64.standard.decode($0) }.filter { $0.count == length }
    guard !signatures.isEmpty else {
      add(
        .signature, .bad,
        "What follows \(start) is not the base64 of \(length) bytes: a part is missing.")
      return
    }
    let signed = { (bytes: [UInt8]) in
      let content = Array("\(parts.id).\(parts.timestamp).".utf8) + bytes
      return Self.fits(signatures, content, key)
    }
    if signed(body) {
      add(.signature, .good, "It is the signature of this body, sent then, under this id.")
    } else if let other = Self.otherBodies(body, sent: sentBody).first(where: { signed($0.body) }) {
      add(.signature, .bad, other.text)
    } else if let sentBody, sentBody == body {
      add(
        .signature, .bad,
        "Id and body are what we sent, so the secret is another one, or the timestamp was changed. "
          + "After a rotation the old secret signs no longer than its overlap.")
    } else {
      add(
        .signature, .bad,
        "No entry is the signature of id, timestamp and body by this secret. The secret is another "
          + "one, or one of the three was changed on its way.")
    }
  }
}

extension SignatureCheck {
  /// More than we ever send, and so few that a header full of them costs next to nothing: each is
  /// tried on several bodies.
  private static let entryLimit = 8

  /// `v2, v3`: what stands before the commas, as far as it may be a kind.
  private static func kinds(of signatures: [String]) -> String {
    let kinds = Set(signatures.map { String($0.prefix(12).prefix { $0 != "," }) }).sorted()
    return kinds.prefix(3).joined(separator: ", ")
      + (kinds.count > 3 ? " and \(kinds.count - 3) others" : "")
  }

  private static func fits(_ signatures: [[UInt8]], _ content: [UInt8], _ key: Key) -> Bool {
    switch key {
    case .shared(let bytes):
      (try? HMAC.sha256(content, key: bytes)).map { expected in
        signatures.contains { equalInConstantTime(expected, $0) }
      } ?? false
    case .publicKey(let bytes):
      signatures.contains {
        Ed25519.verify(signature: $0, message: content, publicKey: bytes)
      }
    }
  }

  /// What the body may have been before somebody changed it, and what to say then.
  private static func otherBodies(_ body: [UInt8], sent: [UInt8]?) -> [(
    body: [UInt8], text: String
  )] {
    var bodies: [(body: [UInt8], text: String)] = []
    let lineFeed = UInt8(ascii: "\n")
    if body.last == lineFeed {
      let bare = body.reversed().drop { $0 == lineFeed }.reversed()
      bodies.append(
        (
          Array(bare),
          "It fits this body without the line end at its end. Take the body's bytes as they came."
        ))
    }
    bodies.append(
      (body + [lineFeed], "It fits this body with a line end at its end, which was cut off."))
    if let compact = try? JSONValue(body).compact, compact != body {
      bodies.append(
        (
          compact,
          "It fits the same JSON written without white space: this body was parsed and written "
            + "anew. Check the raw bytes, before any parsing."
        ))
    }
    if let sent, sent != body {
      let same = zip(sent, body).prefix { $0 == $1 }.count
      bodies.append(
        (
          sent,
          "It fits the body that we sent, and this one differs from it at byte \(same + 1). "
            + "Something changed it: a proxy, or code that parsed it and wrote it anew."
        ))
    }
    return bodies
  }

  private static func length(_ seconds: Int64) -> String {
    switch seconds {
    case ..<7_200: "\(seconds / 60) minutes"
    case ..<172_800: "\(seconds / 3_600) hours"
    default: "\(seconds / 86_400) days"
    }
  }
}

private func isWhiteSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || (0x09...0x0D).contains(byte)
}

extension String {
  fileprivate var trimmingWhiteSpace: String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { !isWhiteSpace($0) }),
      let last = bytes.lastIndex(where: { !isWhiteSpace($0) })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
