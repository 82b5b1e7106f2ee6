import Domain
import Store

/// Signing in by e-mail and password: throttled, and as slow for an unknown address as for a known
/// one.
struct SignIn {
  enum Result {
    case signedIn(token: [UInt8])
    /// Never which of the two was not right.
    case wrongDetails
    case throttled(seconds: Int)
    /// Too many hashes are being made right now.
    case busy
  }

  let stores: Stores
  let settings: WebSettings
  let head: RequestHead

  func attempt(email: String, password: String) throws -> Result {
    let subjects: [SignInThrottle.Subject] = [
      .account(email: email), .network(Self.network(of: head.remoteAddress)),
    ]
    let waits = try subjects.compactMap { try stores.throttle.secondsBlocked($0) }
    if let longest = waits.max() { return .throttled(seconds: longest) }

    let user = try EmailAddress(email).flatMap { try stores.users.find(email: $0.text) }
    let stored = try user.flatMap { try stores.users.passwordHash(of: $0.id) }
    let hash = stored.flatMap { PasswordHash($0) }
    guard settings.hashPermits.take() else { return .busy }
    defer { settings.hashPermits.giveBack() }
    let isRight = try (hash ?? Self.decoy).matches(password)

    guard isRight, hash != nil, let user, user.status == .active else {
      let somebody = Actor(
        kind: .user, address: head.remoteAddress, requestID: head.requestID)
      for subject in subjects { try stores.throttle.recordFailure(subject, by: somebody) }
      return .wrongDetails
    }
    try stores.throttle.forget(.account(email: email))
    if let hash, hash.cost != .current {
      try stores.users.upgradePasswordHash(
        PasswordHash(password, salt: randomBytes(PasswordHash.saltBytes)).text, of: user.id)
    }
    let (_, token) = try stores.sessions.open(
      for: user, address: head.remoteAddress, userAgent: head.header("User-Agent") ?? "",
      by: actor(user))
    return .signedIn(token: token)
  }

  enum Check {
    case right, wrong, busy
    case throttled(seconds: Int)
  }

  /// Whether this is the password of somebody who is signed in; wrong ones count as failed sign-ins.
  func check(password: String, of user: User) throws -> Check {
    let subject = SignInThrottle.Subject.account(email: user.email)
    if let seconds = try stores.throttle.secondsBlocked(subject) {
      return .throttled(seconds: seconds)
    }
    let hash = try stores.users.passwordHash(of: user.id).flatMap { PasswordHash($0) }
    guard settings.hashPermits.take() else { return .busy }
    defer { settings.hashPermits.giveBack() }
    if try hash?.matches(password) == true { return .right }
    try stores.throttle.recordFailure(subject, by: actor(user))
    return .wrong
  }

  private func actor(_ user: User) -> Actor {
    Actor(
      kind: .user, id: user.id.rawValue, address: head.remoteAddress, requestID: head.requestID)
  }

  /// What an unknown address is compared with, so that it takes as long.
  private static let decoy = PasswordHash(
    cost: .current, salt: [UInt8](repeating: 0, count: PasswordHash.saltBytes),
    hash: [UInt8](repeating: 0, count: PasswordHash.hashBytes))

  /// The IPv4 /24 or the IPv6 /64 of an address, as text; an address that reads as neither is its
  /// own network.
  static func network(of address: String) -> String {
    if address.contains(":") {
      // The first four groups, an ellipsis cutting them short where it stands among them.
      let groups = address.split(separator: ":", omittingEmptySubsequences: false).prefix(4)
      return groups.prefix { !$0.isEmpty }.joined(separator: ":") + "::/64"
    }
    let parts = address.split(separator: ".")
    return parts.count == 4 ? parts.prefix(3).joined(separator: ".") + ".0/24" : address
  }
}
