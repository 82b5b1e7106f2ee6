import Testing

@testable import Crypto

@Suite struct AESGCMTests {
  private let key = [UInt8](repeating: 7, count: 32)
  private let secret = Array("a secret".utf8)
  private let place = Array("users|42".utf8)

  @Test func `the encryptions of NIST are reproduced`() throws {
    #expect(sealedByNIST.count == 25)
    for vector in sealedByNIST {
      let sealed = try AESGCM.seal(
        vector["P"], key: vector["K"], nonce: vector["N"], associatedData: vector["A"])

      #expect(sealed == vector["N"] + vector["C"] + vector["T"])
    }
  }

  @Test func `the encryptions of NIST are opened`() throws {
    for vector in sealedByNIST {
      let opened = try AESGCM.open(
        vector["N"] + vector["C"] + vector["T"], key: vector["K"], associatedData: vector["A"])

      #expect(opened == vector["P"])
    }
  }

  @Test func `the forgeries of NIST are refused`() {
    #expect(forgedByNIST.count == 25)
    for vector in forgedByNIST {
      #expect(throws: CryptoError.notAuthentic) {
        try AESGCM.open(
          vector["N"] + vector["C"] + vector["T"], key: vector["K"], associatedData: vector["A"])
      }
    }
  }

  @Test func `what was sealed is opened`() throws {
    for plaintext in [[], [0], secret, [UInt8](repeating: 9, count: 70_000)] {
      let sealed = try AESGCM.seal(plaintext, key: key, associatedData: place)

      #expect(sealed.count == plaintext.count + 28)
      #expect(try AESGCM.open(sealed, key: key, associatedData: place) == plaintext)
    }
  }

  @Test func `sealed twice is sealed differently`() throws {
    let once = try AESGCM.seal(secret, key: key, associatedData: place)
    let again = try AESGCM.seal(secret, key: key, associatedData: place)

    #expect(once.prefix(12) != again.prefix(12))
    #expect(once != again)
  }

  @Test func `one changed bit anywhere is refused`() throws {
    let sealed = try AESGCM.seal(secret, key: key, associatedData: place)

    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 1
      #expect(throws: CryptoError.notAuthentic) {
        try AESGCM.open(changed, key: key, associatedData: place)
      }
    }
  }

  @Test func `cut or lengthened values are refused`() throws {
    let sealed = try AESGCM.seal(secret, key: key, associatedData: place)

    for length in 0..<sealed.count {
      #expect(throws: CryptoError.notAuthentic) {
        try AESGCM.open(Array(sealed.prefix(length)), key: key, associatedData: place)
      }
    }
    #expect(throws: CryptoError.notAuthentic) {
      try AESGCM.open(sealed + [0], key: key, associatedData: place)
    }
  }

  @Test func `a value moved to another place is refused`() throws {
    let sealed = try AESGCM.seal(secret, key: key, associatedData: place)

    for other in [Array("users|43".utf8), [], place + [0]] {
      #expect(throws: CryptoError.notAuthentic) {
        try AESGCM.open(sealed, key: key, associatedData: other)
      }
    }
  }

  @Test func `another key does not open it`() throws {
    let sealed = try AESGCM.seal(secret, key: key, associatedData: place)

    #expect(throws: CryptoError.notAuthentic) {
      try AESGCM.open(
        sealed, key: [UInt8](repeating: 8, count: 32), associatedData: place)
    }
  }

  @Test func `keys of other lengths are refused`() throws {
    let sealed = try AESGCM.seal(secret, key: key, associatedData: place)

    for length in [0, 16, 24, 31, 33] {
      let key = [UInt8](repeating: 7, count: length)
      #expect(throws: CryptoError.invalidInput("a key of AES-256 has 32 bytes")) {
        try AESGCM.seal(secret, key: key, associatedData: place)
      }
      #expect(throws: CryptoError.invalidInput("a key of AES-256 has 32 bytes")) {
        try AESGCM.open(sealed, key: key, associatedData: place)
      }
    }
  }

  @Test func `a refusal leaves nothing in OpenSSL's queue`() throws {
    #expect(throws: CryptoError.notAuthentic) {
      try AESGCM.open([UInt8](repeating: 0, count: 40), key: key, associatedData: [])
    }

    #expect(drainErrors() == [])
  }
}
