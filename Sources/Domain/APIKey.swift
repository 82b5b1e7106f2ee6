import Crypto

/// What a caller of the API shows: `pb_`, 37 random base62 characters, and 6 more that are a
/// checksum, so that a mistyped key is told from an unknown one and scanners can find leaked ones.
package struct APIKey: Sendable, Equatable {
  /// The key itself. Shown once, never stored.
  package let text: String

  /// - Parameter random: 32 bytes from a cryptographic source.
  package init(random: [UInt8]) {
    precondition(random.count == 32, "an API key is made from 32 random bytes")
    // 62^37 is about 2^220, so the digits of 256 random bits are even to one part in 2^35.
    let digits = Base62.digits(37, of: random)
    text = "pb_" + String(decoding: digits + Self.checksum(of: digits), as: UTF8.self)
  }

  /// nil for anything that is no key of ours, a wrong checksum included.
  package init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    let digits = bytes.dropFirst(3)
    guard bytes.starts(with: "pb_".utf8), digits.count == 43, digits.allSatisfy(Base62.isDigit),
      digits.suffix(6).elementsEqual(Self.checksum(of: Array(digits.prefix(37))))
    else { return nil }
    self.text = String(text)
  }

  /// SHA-256 of the whole text: what is stored and looked up by. A key has too many random bits to
  /// be guessed, so a slow hash would protect nothing.
  package var hash: [UInt8] { SHA256.hash(Array(text.utf8)) }

  /// `pb_` and eight characters more, to know it by.
  package var prefix: String { String(text.prefix(11)) }

  private static func checksum(of digits: [UInt8]) -> [UInt8] {
    let sum = CRC32.checksum(digits)
    return Base62.digits(6, of: (0..<4).map { UInt8(truncatingIfNeeded: sum >> (24 - 8 * $0)) })
  }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(prefix)…" }
  package var debugDescription: String { description }
  // `dump` and a failed expectation print the mirror, which would show the key.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
