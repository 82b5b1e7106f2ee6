import Crypto
import Testing

@Suite struct HMACTests {
  @Test func `RFC 4231 is reproduced`() throws {
    for vector in vectorsOfRFC4231 {
      let digest = try HMAC.sha256(vector["M"], key: vector["K"])

      // The fifth case is cut to 128 bits in the RFC.
      #expect(Array(digest.prefix(vector["D"].count)) == vector["D"])
      #expect(digest.count == 32)
    }
  }

  @Test func `an empty key and an empty message have a digest`() throws {
    let digest = try HMAC.sha256([], key: [])

    #expect(
      digest == hex("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"))
  }

  @Test func `parts give the digest of the whole`() throws {
    let key = [UInt8](1...32)
    let whole = [UInt8](repeating: 7, count: 1_000)

    let digest = try HMAC.sha256(
      parts: [Array(whole[..<36]), [], Array(whole[36..<37]), Array(whole[37...])], key: key)

    #expect(try digest == HMAC.sha256(whole, key: key))
  }

  @Test func `another byte in key or message gives another digest`() throws {
    let digest = try HMAC.sha256([1, 2, 3], key: [4, 5, 6])

    #expect(try digest != HMAC.sha256([1, 2, 4], key: [4, 5, 6]))
    #expect(try digest != HMAC.sha256([1, 2, 3], key: [4, 5, 7]))
  }
}

/// Key, message, digest. Source: RFC 4231 section 4, all seven.
private let vectorsOfRFC4231 = vectors(
  """
  K: 0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b M: 4869205468657265 D:
  b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7

  K: 4a656665 M: 7768617420646f2079612077616e7420666f72206e6f7468696e673f D:
  5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843

  K: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa M:
  dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd
  dddddddddddddddddddddddddddddddddddd D:
  773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe

  K: 0102030405060708090a0b0c0d0e0f10111213141516171819 M:
  cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd
  cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd D:
  82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b

  K: 0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c M: 546573742057697468205472756e636174696f6e D:
  a3b6167473100ee06e0c796c2955552b

  K: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaa M:
  54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a
  65204b6579202d2048617368204b6579204669727374 D:
  60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54

  K: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
  aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa aaaaaa M:
  5468697320697320612074657374207573696e672061206c6172676572207468
  616e20626c6f636b2d73697a65206b657920616e642061206c61726765722074
  68616e20626c6f636b2d73697a6520646174612e20546865206b6579206e6565
  647320746f20626520686173686564206265666f7265206265696e6720757365
  642062792074686520484d414320616c676f726974686d2e D:
  9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2
  """)
