import Crypto
package import Domain

extension PasswordHash {
  /// The hash of a new password, with today's cost and a salt of its own. Takes a quarter of a second
  /// and 32 MiB: see that not too many run at once.
  package static func new(for password: String) throws -> PasswordHash {
    let salt = try Random.bytes(saltBytes)
    return try PasswordHash(
      cost: .current, salt: salt, hash: derive(password, salt: salt, cost: .current))
  }

  /// Whether this is the password's hash; takes as long either way.
  package func matches(_ password: String) throws -> Bool {
    try equalInConstantTime(Self.derive(password, salt: salt, cost: cost), hash)
  }

  private static func derive(_ password: String, salt: [UInt8], cost: Cost) throws -> [UInt8] {
    try Scrypt.derive(
      password: Array(password.utf8), salt: salt,
      parameters: Scrypt.Parameters(logN: cost.logN, r: cost.r, p: cost.p), length: hashBytes)
  }
}
