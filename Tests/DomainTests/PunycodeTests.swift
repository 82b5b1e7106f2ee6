import Testing

@testable import Domain

@Suite struct PunycodeTests {
  /// From RFC 3492 section 7.1 and common registrations.
  @Test(arguments: [
    ("bücher", "bcher-kva"), ("münchen", "mnchen-3ya"), ("ü", "tda"),
    ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
    ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
    ("3年b組金八先生", "3b-ww4c5e180e575a65lsy2b"),
    ("安室奈美恵-with-super-monkeys", "-with-super-monkeys-pc58ag80a8qai00g7n9n"),
    ("パフィーdeルンバ", "de-jg4avhby1noc0d"), ("そのスピードで", "d9juau41awczczp"),
  ])
  func `the published examples come out both ways`(name: String, encoded: String) {
    #expect(Punycode.encode(Array(name.unicodeScalars)) == encoded)
    #expect(Punycode.decode(encoded) == Array(name.unicodeScalars))
  }

  @Test(arguments: [
    "9", "99999999999999999999", "é", "A", "!", "a9999999999", "zzzzzzzzzzzzzzzzzz",
  ])
  func `what encodes nothing is refused without an overflow`(text: String) {
    #expect(Punycode.decode(text) == nil)
  }

  @Test func `random names come back`() {
    var random = SeededRandom(seed: 3_492)
    for _ in 0..<2_000 {
      let scalars = (0..<Int.random(in: 1...20, using: &random)).compactMap { _ in
        Unicode.Scalar(
          UInt32.random(
            in: Bool.random(using: &random) ? 0x61...0x7A : 0x80...0x2FFFF, using: &random))
      }
      #expect(Punycode.decode(Punycode.encode(scalars)) == scalars)
    }
  }
}
