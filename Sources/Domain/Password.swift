/// What a password must be: long, and none that is tried first.
///
/// Source: OWASP ASVS 5.0 sections 6.2.1 to 6.2.9.
package enum Password {
  /// In Unicode code points, as NIST SP 800-63B section 5.1.1.2 counts.
  package static let lengthRange = 12...256

  /// What is wrong with a new password, to be shown at its field; nil when it will do.
  package static func problem(_ password: String) -> String? {
    let length = password.unicodeScalars.count
    if length == 0 { return "Enter a password" }
    if length < lengthRange.lowerBound {
      return "Password must be at least \(lengthRange.lowerBound) characters"
    }
    if length > lengthRange.upperBound {
      return "Password must be \(lengthRange.upperBound) characters or fewer"
    }
    if CommonPassword.matches(password) {
      return "Password is one of those that are guessed first. Choose another"
    }
    return nil
  }

  /// The same for somebody with this address, which is no password.
  package static func problem(_ password: String, email: String) -> String? {
    if let problem = problem(password) { return problem }
    return password.lowercased() == email ? "Password must not be the email address" : nil
  }
}
