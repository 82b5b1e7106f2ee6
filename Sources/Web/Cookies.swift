import Crypto
import Domain

/// The session cookie and the tokens in forms.
///
/// Over https the cookie is `__Host-sid` with `Secure`; over plain http, as in the demo, `sid`.
/// Source: RFC 6265bis section 4.1.3.
struct SessionCookie {
  let isHTTPS: Bool

  var name: String { isHTTPS ? "__Host-sid" : "sid" }

  func setting(_ token: [UInt8]) -> String {
    """
    \(name)=\(Hex.encode(token)); Path=/; HttpOnly; SameSite=Lax; \
    Max-Age=\(Session.lifetimeSeconds)\(isHTTPS ? "; Secure" : "")
    """
  }

  var clearing: String {
    "\(name)=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0\(isHTTPS ? "; Secure" : "")"
  }

  enum Finding: Equatable {
    case none
    case token([UInt8])
    /// There twice: never pick one.
    case doubled
  }

  /// Reads a `Cookie` header. Source: RFC 6265 section 4.2.
  func find(in header: String?) -> Finding {
    let values = (header ?? "").split(separator: ";").compactMap { pair -> Substring? in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0].trimmingSpaces == name else { return nil }
      return parts[1]
    }
    guard let value = values.first else { return .none }
    guard values.count == 1 else { return .doubled }
    guard let token = Hex.decode(value.trimmingSpaces), token.count == 32 else { return .none }
    return .token(token)
  }
}

/// The token that every form of a session carries, so that no other site can send one.
///
/// HMAC-SHA-256 of a fixed text with the cookie's value as the key, masked anew in each answer so
/// that compression tells nothing of it: 64 bytes in hexadecimal, mask and masked value.
struct FormToken {
  private let value: [UInt8]

  init(cookie: [UInt8]) throws {
    value = try HMAC.sha256(Array("form".utf8), key: cookie)
  }

  func masked() throws -> String {
    let mask = try Random.bytes(value.count)
    return Hex.encode(mask + zip(mask, value).map { $0 ^ $1 })
  }

  func matches(_ text: String?) -> Bool {
    guard let text, let bytes = Hex.decode(text), bytes.count == value.count * 2 else {
      return false
    }
    let unmasked = zip(bytes[..<value.count], bytes[value.count...]).map { $0 ^ $1 }
    return equalInConstantTime(unmasked, value)
  }
}
