import Crypto

/// What is stored of a password: `scrypt$ln=15,r=8,p=3$salt$hash`, both in base64 without padding.
///
/// The parameters stand in every hash, so that they can be raised for new ones.
package struct PasswordHash: Sendable, Equatable {
  /// Parameters of RFC 7914 section 2; N is 2 to the power of `logN`.
  package struct Cost: Sendable, Equatable {
    package let logN: Int
    package let r: Int
    package let p: Int

    package init(logN: Int, r: Int, p: Int) {
      self.logN = logN
      self.r = r
      self.p = p
    }

    /// 32 MiB for a quarter of a second: OWASP's third choice, and the one that asks for the least
    /// memory of a server on which many sign in at once.
    package static let current = Cost(logN: 15, r: 8, p: 3)
  }

  package let cost: Cost
  package let salt: [UInt8]
  package let hash: [UInt8]

  package static let saltBytes = 16
  package static let hashBytes = 32

  package init(cost: Cost, salt: [UInt8], hash: [UInt8]) {
    self.cost = cost
    self.salt = salt
    self.hash = hash
  }

  /// Hashes a password: slow and hungry on purpose, so a thread must have leave for it.
  /// - Parameter salt: 16 bytes from a cryptographic source.
  /// - Throws: `CryptoError`, where the memory is not to be had.
  package init(_ password: String, salt: [UInt8], cost: Cost = .current) throws {
    let hash = try Self.derive(password, salt: salt, cost: cost)
    self.init(cost: cost, salt: salt, hash: hash)
  }

  /// As slow as hashing, and as long for a wrong password as for the right one.
  package func matches(_ password: String) throws -> Bool {
    equalInConstantTime(try Self.derive(password, salt: salt, cost: cost), hash)
  }

  private static func derive(_ password: String, salt: [UInt8], cost: Cost) throws -> [UInt8] {
    try Scrypt.derive(
      password: Array(password.utf8), salt: salt,
      parameters: Scrypt.Parameters(logN: cost.logN, r: cost.r, p: cost.p), length: hashBytes)
  }

  /// nil for any other text, and for a cost that could only come from a mistake: a gigabyte is the
  /// most.
  package init?(_ text: some StringProtocol) {
    let fields = text.split(separator: "$", omittingEmptySubsequences: false)
    guard fields.count == 4, fields[0] == "scrypt", let cost = Cost(fields[1]),
      let salt = Base64.url.decode(fields[2]), salt.count == Self.saltBytes,
      let hash = Base64.url.decode(fields[3]), hash.count == Self.hashBytes
    else { return nil }
    self.init(cost: cost, salt: salt, hash: hash)
  }

  package var text: String {
    "scrypt$\(cost.text)$\(Base64.url.encode(salt))$\(Base64.url.encode(hash))"
  }
}

extension PasswordHash.Cost {
  fileprivate init?(_ text: some StringProtocol) {
    let values = text.split(separator: ",", omittingEmptySubsequences: false)
    guard values.count == 3,
      let logN = Self.number(values[0], after: "ln="), (10...20).contains(logN),
      let r = Self.number(values[1], after: "r="), (1...8).contains(r),
      let p = Self.number(values[2], after: "p="), (1...16).contains(p)
    else { return nil }
    self.init(logN: logN, r: r, p: p)
  }

  fileprivate var text: String { "ln=\(logN),r=\(r),p=\(p)" }

  /// The one or two digits after `name`.
  private static func number(_ text: some StringProtocol, after name: String) -> Int? {
    let digits = text.utf8.dropFirst(name.utf8.count)
    guard text.utf8.starts(with: name.utf8), (1...2).contains(digits.count),
      digits.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 })
    else { return nil }
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
