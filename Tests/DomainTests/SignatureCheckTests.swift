import Crypto
import Domain
import Testing

/// Each way to get a signature wrong, and what is said about it.
@Suite struct SignatureCheckTests {
  private static let secret = "whsec_" + Base64.standard.encode(Array(0..<24))
  private static let id = "019ab1c2-0000-7000-8000-000000000002"
  private static let now = Timestamp(seconds: 1_795_838_400)
  private static let body = Array(#"{"type":"lead.created","data":{"id":1,"name":"é"}}"#.utf8)

  private struct Given {
    var secret = SignatureCheckTests.secret
    var headers: [String: String]
    var body = SignatureCheckTests.body
    var now = SignatureCheckTests.now
    var sentBody: [UInt8]?

    init(signing body: [UInt8] = SignatureCheckTests.body) throws {
      let secret = Secret(own: SignatureCheckTests.secret)!
      headers = [
        "webhook-id": SignatureCheckTests.id, "webhook-timestamp": "1795838400",
        "webhook-signature": try Signature.header(
          id: SignatureCheckTests.id, timestamp: 1_795_838_400, body: body, secrets: [secret]),
      ]
    }

    var check: SignatureCheck {
      SignatureCheck(
        secret: secret, headers: headers.map { Attempt.Header($0, $1) }, body: body, now: now,
        sentBody: sentBody)
    }

    /// The step that fails, with what is said; nil when none does.
    var failure: (step: SignatureCheck.Step, text: String)? {
      check.findings.first { $0.verdict == .bad }.map { ($0.step, $0.text) }
    }
  }

  private func expect(
    _ step: SignatureCheck.Step, _ part: String, _ edit: (inout Given) -> Void,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    var given = try Given()
    edit(&given)
    let failure = given.failure
    #expect(failure?.step == step, sourceLocation: sourceLocation)
    #expect(
      failure?.text.contains(part) == true, "\(failure?.text ?? "")", sourceLocation: sourceLocation
    )
    #expect(given.check.findings.map(\.step) == SignatureCheck.Step.allCases)
  }

  @Test func `a good one is good in each step`() throws {
    var given = try Given()
    #expect(given.check.isGood)

    given.headers = Dictionary(
      uniqueKeysWithValues: given.headers.map { ($0.key.uppercased(), $0.value) })
    #expect(given.check.isGood)
    given.now = Self.now.advanced(bySeconds: 300)
    #expect(given.check.isGood)
  }

  @Test func `either signature of a rotation will do`() throws {
    var given = try Given()
    let good = try #require(given.headers["webhook-signature"])
    let other = "v1,\(Base64.standard.encode([UInt8](repeating: 9, count: 32)))"

    for value in ["\(other) \(good)", "\(good) \(other)", "v1a,x \(good)"] {
      given.headers["webhook-signature"] = value
      #expect(given.check.isGood, "\(value)")
    }
  }

  @Test func `a header full of entries is not tried one by one`() throws {
    let one = "v1,\(Base64.standard.encode([UInt8](repeating: 9, count: 32)))"

    try expect(.signature, "5000 v1 entries; we send two at most") {
      $0.headers["webhook-signature"] = Array(repeating: one, count: 5_000).joined(separator: " ")
    }
  }

  @Test func `garbage in the header is not said back whole`() throws {
    let words = (0..<5_000).map { "garbage\($0)" + String(repeating: "x", count: 20) }
    var given = try Given()

    given.headers["webhook-signature"] = words.joined(separator: " ")

    #expect(given.failure?.step == .signature)
    #expect((given.failure?.text.utf8.count ?? 0) < 300)
  }

  @Test func `a secret that is none says why`() throws {
    try expect(.secret, "There is no secret") { $0.secret = " \n" }
    try expect(.secret, "begins with whsec_") { $0.secret = String($0.secret.dropFirst(6)) }
    try expect(.secret, "not base64") { $0.secret += "*" }
    try expect(.secret, "23 bytes") {
      $0.secret = "whsec_" + Base64.standard.encode([UInt8](repeating: 1, count: 23))
    }
    try expect(.secret, "white space within") { $0.secret = "whsec_ AAAA" }
    try expect(.secret, "public one") { $0.secret = "whsk_AAAA" }
  }

  @Test func `white space around a secret is named, and the other steps are made without it`()
    throws
  {
    var given = try Given()
    given.secret += "\n"

    let findings = given.check.findings
    #expect(findings.map(\.verdict) == [.bad, .good, .good, .good])
    #expect(findings[0].text.contains("line end"))
  }

  @Test(arguments: ["webhook-id", "webhook-timestamp", "webhook-signature"])
  func `a header that is missing is named`(name: String) throws {
    try expect(.headers, "no \(name) header") { $0.headers[name] = nil }
    try expect(.headers, "no \(name) header") { $0.headers[name] = " " }
  }

  @Test func `a time that is none, or too far off, says so`() throws {
    try expect(.timestamp, "not a number") { $0.headers["webhook-timestamp"] = "2026-11-28" }
    try expect(.timestamp, "not a number") { $0.headers["webhook-timestamp"] = "-5" }
    try expect(.timestamp, "too large") { $0.headers["webhook-timestamp"] = "1795838400000" }
    try expect(.timestamp, "5 minutes ago") { $0.now = Self.now.advanced(bySeconds: 301) }
    try expect(.timestamp, "3 hours from now") { $0.now = Self.now.advanced(bySeconds: -10_900) }
  }

  @Test func `an old one is checked all the same`() throws {
    var given = try Given()
    given.now = Self.now.advanced(bySeconds: 86_400)

    #expect(given.check.findings.map(\.verdict) == [.good, .good, .bad, .good])
  }

  @Test func `a signature that is none says so`() throws {
    try expect(.signature, "no v1 entry, only v2") { $0.headers["webhook-signature"] = "v2,AAAA" }
    try expect(.signature, "not the base64 of 32 bytes") {
      $0.headers["webhook-signature"] = "v1,AAAA"
    }
  }

  @Test func `a body that was changed says how`() throws {
    let pretty = Array("{\n  \"type\": \"lead.created\", \"data\": {\"id\":1,\"name\":\"é\"}}".utf8)
    try expect(.signature, "without white space") { $0.body = pretty }
    try expect(.signature, "without the line end") { $0.body += Array("\n".utf8) }
    try expect(.signature, "differs from it at byte 43") {
      $0.sentBody = Self.body
      $0.body = Array(#"{"type":"lead.created","data":{"id":1,"nam":"é"}}"#.utf8)
    }
    var given = try Given(signing: Self.body + Array("\n".utf8))
    #expect(given.failure?.text.contains("which was cut off") == true)
    given.body += Array("\n".utf8)
    #expect(given.check.isGood)
  }

  @Test func `another secret or another id is told apart where we know what we sent`() throws {
    let other = "whsec_" + Base64.standard.encode([UInt8](repeating: 7, count: 24))
    try expect(.signature, "No entry is the signature") { $0.secret = other }
    try expect(.signature, "so the secret is another one") {
      $0.secret = other
      $0.sentBody = Self.body
    }
    try expect(.signature, "No entry is the signature") { $0.headers["webhook-id"] = "other" }
  }

  @Test func `Ed25519 is checked by its public key`() throws {
    let pair = try Secret(.v1a, bytes: [UInt8](repeating: 3, count: 32))
    var given = try Given()
    given.secret = Secret.publicKeyText(try #require(pair.publicKey))
    given.headers["webhook-signature"] = try Signature.header(
      id: Self.id, timestamp: 1_795_838_400, body: Self.body, secrets: [pair])

    #expect(given.check.isGood)
    given.body += [0x20]
    #expect(given.failure?.text.contains("without white space") == true)
    given.secret = "whpk_AAAA"
    #expect(given.failure?.step == .secret)
  }
}
