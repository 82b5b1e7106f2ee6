import Crypto
import Testing

@Suite struct ScryptTests {
  /// Source: RFC 7914 section 12, all but the one that takes 1 GiB.
  @Test(arguments: [
    (
      "", "", Scrypt.Parameters(logN: 4, r: 1, p: 1),
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
        + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
    ),
    (
      "password", "NaCl", Scrypt.Parameters(logN: 10, r: 8, p: 16),
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
        + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
    ),
    (
      "pleaseletmein", "SodiumChloride", Scrypt.Parameters(logN: 14, r: 8, p: 1),
      "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
    ),
  ])
  func `RFC 7914 is reproduced`(
    password: String, salt: String, parameters: Scrypt.Parameters, expected: String
  ) throws {
    let key = try Scrypt.derive(
      password: Array(password.utf8), salt: Array(salt.utf8), parameters: parameters, length: 64)

    #expect(key == hex(expected))
  }

  @Test func `settings beyond OpenSSL's own 32 MiB are taken`() throws {
    let key = try Scrypt.derive(
      password: [1], salt: [2], parameters: Scrypt.Parameters(logN: 16, r: 8, p: 2), length: 32)

    #expect(key.count == 32)
  }

  @Test(arguments: [
    Scrypt.Parameters(logN: 0, r: 8, p: 1), Scrypt.Parameters(logN: 25, r: 8, p: 1),
    Scrypt.Parameters(logN: 14, r: 0, p: 1), Scrypt.Parameters(logN: 14, r: 8, p: 0),
    Scrypt.Parameters(logN: 14, r: -8, p: -1), Scrypt.Parameters(logN: 14, r: 1 << 20, p: 1 << 20),
    Scrypt.Parameters(logN: .max, r: .max, p: .max),
  ])
  func `settings outside the RFC are refused`(parameters: Scrypt.Parameters) {
    #expect(throws: CryptoError.self) {
      try Scrypt.derive(password: [1], salt: [2], parameters: parameters, length: 32)
    }
  }
}
