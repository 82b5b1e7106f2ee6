import Crypto
import Domain
import Testing

@Suite struct SignatureTests {
  private let id = "msg_p5jXN8AQM9LWM0D4loKWxJek"
  private let timestamp: Int64 = 1_614_265_330
  private let body = Array(#"{"test": 2432232314}"#.utf8)
  private let shared = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private let sharedSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
  private let pair =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg=="
  private let pairSignature =
    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="

  @Test func `the published HMAC examples come out`() throws {
    #expect(
      try Signature.header(id: id, timestamp: timestamp, body: body, secrets: [own(shared)])
        == sharedSignature)
    #expect(
      try Signature.header(
        id: "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk", timestamp: 1_649_367_553,
        body: Array(#"{"email":"test@example.com","username":"test_user"}"#.utf8),
        secrets: [own("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")])
        == "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=")
  }

  @Test func `the published Ed25519 example comes out`() throws {
    let secret = try keyPair()

    #expect(secret.text == pair)
    #expect(
      secret.publicKey.map(Secret.publicKeyText)
        == "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=")
    #expect(
      try Signature.header(id: id, timestamp: timestamp, body: body, secrets: [secret])
        == pairSignature)
  }

  @Test func `during a rotation both sign, with one space between`() throws {
    let header = try Signature.header(
      id: id, timestamp: timestamp, body: body, secrets: [own(shared), keyPair()])

    #expect(header == sharedSignature + " " + pairSignature)
  }

  @Test func `another id, time, body or secret signs otherwise`() throws {
    let secret = try own(shared)
    let other = try own("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")

    for changed in [
      try Signature.header(id: id + "k", timestamp: timestamp, body: body, secrets: [secret]),
      try Signature.header(id: id, timestamp: timestamp + 1, body: body, secrets: [secret]),
      try Signature.header(id: id, timestamp: timestamp, body: body + [0], secrets: [secret]),
      try Signature.header(id: id, timestamp: timestamp, body: [], secrets: [secret]),
      try Signature.header(id: id, timestamp: timestamp, body: body, secrets: [other]),
    ] {
      #expect(changed != sharedSignature)
      #expect(changed.utf8.count == sharedSignature.utf8.count)
    }
  }

  @Test func `a body of any bytes is signed as it is`() throws {
    let body = Array("é😀".utf8) + [0, 0xFF]
    let secret = try own(shared)

    let header = try Signature.header(id: "a", timestamp: 0, body: body, secrets: [secret])

    let expected = try HMAC.sha256(Array("a.0.".utf8) + body, key: secret.bytes)
    #expect(header == "v1," + Base64.standard.encode(expected))
  }

  private func own(_ text: String) throws -> Secret { try #require(Secret(own: text)) }

  private func keyPair() throws -> Secret {
    let both = try #require(Base64.standard.decode(pair.dropFirst(5)))
    return try Secret(.v1a, bytes: Array(both.prefix(32)))
  }
}
