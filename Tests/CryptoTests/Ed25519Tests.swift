import Crypto
import Testing

@Suite struct Ed25519Tests {
  @Test func `RFC 8032 is reproduced`() throws {
    #expect(signedByRFC8032.count == 5)
    for vector in signedByRFC8032 {
      let key = try Ed25519.PrivateKey(seed: vector["S"])

      #expect(key.publicKey == vector["P"])
      #expect(try key.sign(vector["M"]) == vector["G"])
    }
  }

  @Test func `a signature is verified by its public key`() {
    for vector in signedByRFC8032 {
      #expect(
        Ed25519.verify(
          signature: vector["G"], message: vector["M"], publicKey: vector["P"]))
    }
  }

  @Test func `one changed bit of signature, message or key is refused`() throws {
    let key = try Ed25519.PrivateKey.generate()
    let message = Array("id.1700000000.{}".utf8)
    let signature = try key.sign(message)

    for position in signature.indices {
      var changed = signature
      changed[position] ^= 1
      #expect(
        !Ed25519.verify(signature: changed, message: message, publicKey: key.publicKey))
    }
    for position in message.indices {
      var changed = message
      changed[position] ^= 1
      #expect(
        !Ed25519.verify(signature: signature, message: changed, publicKey: key.publicKey))
    }
    for position in key.publicKey.indices {
      var changed = key.publicKey
      changed[position] ^= 1
      #expect(!Ed25519.verify(signature: signature, message: message, publicKey: changed))
    }
  }

  @Test func `signatures and keys of other lengths are refused`() throws {
    let key = try Ed25519.PrivateKey.generate()
    let signature = try key.sign([1])

    for other in [[], Array(signature.dropLast()), signature + [0]] {
      #expect(!Ed25519.verify(signature: other, message: [1], publicKey: key.publicKey))
    }
    for other in [[], Array(key.publicKey.dropLast()), key.publicKey + [0]] {
      #expect(!Ed25519.verify(signature: signature, message: [1], publicKey: other))
    }
  }

  @Test func `a seed of another length is refused`() {
    for length in [0, 31, 33, 64] {
      #expect(throws: CryptoError.invalidInput("a seed of Ed25519 has 32 bytes")) {
        try Ed25519.PrivateKey(seed: [UInt8](repeating: 1, count: length))
      }
    }
  }

  @Test func `generated keys differ, and the seed brings one back`() throws {
    let key = try Ed25519.PrivateKey.generate()

    #expect(try Ed25519.PrivateKey.generate().seed != key.seed)
    #expect(try Ed25519.PrivateKey(seed: key.seed).publicKey == key.publicKey)
  }
}
