import Crypto

/// Proof that who redeems a code is who asked for it. Source: RFC 7636, method S256.
package struct PKCE: Sendable, Equatable {
  /// 43 characters of base64url.
  package let verifier: String

  /// - Parameter bytes: 32 that nobody can guess.
  package init(bytes: [UInt8]) {
    verifier = Base64.url.encode(bytes)
  }

  package init(verifier: String) {
    self.verifier = verifier
  }

  package var challenge: String {
    Base64.url.encode(SHA256.hash(Array(verifier.utf8)))
  }
}

/// What ties a provider's answer to the browser that asked. RFC 6749 section 10.12.
package struct OAuthState: Sendable, Equatable {
  /// 43 characters of base64url.
  package let text: String

  /// - Parameter bytes: 32 that nobody can guess.
  package init(bytes: [UInt8]) {
    text = Base64.url.encode(bytes)
  }

  package init(_ text: String) {
    self.text = text
  }

  /// What is stored: the state itself never is in the clear.
  package var hash: [UInt8] { SHA256.hash(Array(text.utf8)) }
}
