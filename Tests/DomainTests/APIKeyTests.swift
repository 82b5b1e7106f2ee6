import Testing

@testable import Domain

@Suite struct APIKeyTests {
  private let key = APIKey(random: Array(1...32))

  @Test func `a key is pb_ and 43 base62 characters`() {
    #expect(key.text.hasPrefix("pb_"))
    #expect(key.text.utf8.count == 46)
    #expect(key.text.utf8.dropFirst(3).allSatisfy { Base62.isDigit($0) })
  }

  @Test func `the digits are those of 32 bytes as one number, then their checksum`() {
    // Worked out with Python's integers and zlib.
    #expect(key.text == "pb_1G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno2MklDa")
  }

  @Test func `a key is read back, and hashes as its text does`() throws {
    let read = try #require(APIKey(key.text))

    #expect(read == key)
    #expect(read.hash == key.hash)
    #expect(read.hash.count == 32)
    #expect(APIKey(random: Array(repeating: 7, count: 32)).hash != key.hash)
  }

  @Test func `one wrong character anywhere is noticed`() {
    for position in 0..<46 {
      var bytes = Array(key.text.utf8)
      bytes[position] = bytes[position] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
      #expect(APIKey(String(decoding: bytes, as: UTF8.self)) == nil)
    }
  }

  @Test func `what has another shape is no key`() {
    #expect(APIKey("") == nil)
    #expect(APIKey("pb_") == nil)
    #expect(APIKey(key.text + "0") == nil)
    #expect(APIKey(String(key.text.dropLast())) == nil)
    #expect(APIKey(" " + key.text) == nil)
    #expect(APIKey("pb_" + String(repeating: "é", count: 43)) == nil)
  }

  @Test func `only the beginning is ever printed`() {
    #expect(key.prefix == String(key.text.prefix(11)))
    #expect("\(key)" == key.prefix + "…")
    #expect(String(reflecting: key) == key.prefix + "…")
    #expect(Mirror(reflecting: key).children.isEmpty)
  }

  @Test func `digits are those of the number, highest first`() {
    #expect(String(decoding: Base62.digits(3, of: [1, 0]), as: UTF8.self) == "048")
    #expect(String(decoding: Base62.digits(2, of: [0, 61]), as: UTF8.self) == "0z")
    #expect(String(decoding: Base62.digits(2, of: [255]), as: UTF8.self) == "47")
  }

  @Test func `the checksum is that of gzip`() {
    #expect(CRC32.checksum("123456789".utf8) == 0xCBF4_3926)
    #expect(CRC32.checksum([]) == 0)
  }
}
