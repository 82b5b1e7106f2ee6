import Domain
import Testing

@Suite struct Base64Tests {
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
    ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
  ])
  func `the vectors of RFC 4648 section 10 hold`(plain: String, encoded: String) {
    #expect(Base64.standard.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.standard.decode(encoded) == Array(plain.utf8))
  }

  @Test func `each variant has its own two characters`() {
    #expect(Base64.standard.encode([0xFB, 0xFF]) == "+/8=")
    #expect(Base64.url.encode([0xFB, 0xFF]) == "-_8")
    #expect(Base64.url.decode("-_8") == [0xFB, 0xFF])
    #expect(Base64.url.decode("+/8") == nil)
    #expect(Base64.standard.decode("-_8=") == nil)
  }

  @Test(arguments: [
    "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm8", "Zm9v=", "Zg==Zg==", "Zm=v",
    " Zg==", "Zg==\n", "Zm 9v", "Zm\u{E9}v", "Zm9\u{0}", "Zm9vA", "Zm9vA===", "A", "\u{FF5A}g==",
  ])
  func `any other spelling is refused`(text: String) {
    #expect(Base64.standard.decode(text) == nil)
  }

  @Test(arguments: ["Zg==", "Zm8=", "Zh", "Zm9", "A", "AAAAA"])
  func `the variant for addresses takes no padding and no stray bits`(text: String) {
    #expect(Base64.url.decode(text) == nil)
  }

  @Test func `every length and every byte comes back`() {
    for length in 0...70 {
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 * 37 + length) }
      #expect(Base64.standard.decode(Base64.standard.encode(bytes)) == bytes)
      #expect(Base64.url.decode(Base64.url.encode(bytes)) == bytes)
    }
    let all = Array(UInt8.min...UInt8.max)
    #expect(Base64.standard.decode(Base64.standard.encode(all)) == all)
  }
}
