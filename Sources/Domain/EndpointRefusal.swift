/// Why a text is no endpoint URL. Each says how to mend it, since we repair nothing ourselves.
package enum EndpointRefusal: Error, Equatable, Sendable {
  case missing
  case tooLong
  /// A control character, or a space where none can be encoded.
  case control
  /// - ascii: The same address as it can be pasted, where we can tell.
  case nonASCII(ascii: String?)
  /// - mended: With `https://` in front, where that makes it right.
  case scheme(mended: String?)
  case plainHTTP
  case slashes
  case backslash
  case userInfo
  case fragment
  case percentInHost
  case zone
  case badHost
  case numericHost
  case ipLiteral
  case singleLabel
  case specialName
  case ourOwn
  case port
  case path(PathProblem)

  package enum PathProblem: Equatable, Sendable {
    /// A query right after the host.
    case noSlash
    /// `%` without two hexadecimal digits.
    case badEscape
    /// A control character, encoded.
    case encodedControl
    /// A byte that must be encoded.
    case mustBeEncoded(UInt8)
  }

  package static let lengthLimit = 2_048

  /// For the field's message, in the words of the address check.
  package var message: String {
    switch self {
    case .missing, .scheme(mended: nil): "Enter a full address, like \(Self.sample)"
    case .tooLong: "The address must be 2,048 characters or fewer"
    case .control: "Take spaces and line breaks out of the address"
    case .nonASCII(let ascii?): "Write the name in its ASCII form: \(ascii)"
    case .nonASCII(ascii: nil): "Use ASCII letters only, like \(Self.sample)"
    case .scheme(let mended?): "Add https:// in front: \(mended)"
    case .plainHTTP:
      "Use https. We don't send over plain http because events hold personal data."
    case .slashes: "Put exactly two slashes after https:, like \(Self.sample)"
    case .backslash: "Use / instead of \\, like \(Self.sample)"
    case .userInfo:
      "Take the name and password out of the address. Use the signing secret instead."
    case .fragment: "Take out the part after #. It is never sent."
    case .percentInHost: "Take the % out of the host name"
    case .badHost: "Use a host name of letters, digits and hyphens, like \(Self.sample)"
    case .zone, .numericHost, .ipLiteral:
      "Use a host name instead of a number, like \(Self.sample)"
    case .singleLabel, .specialName:
      """
      This address is only reachable inside your own network. Use a public one; a tunnel works \
      for testing.
      """
    case .ourOwn: "This is our own address. Events would loop."
    case .port: "We send to ports 443 and 8443."
    case .path(let problem): problem.message
    }
  }

  private static let sample = "https://hooks.example.com/events"
}

extension EndpointRefusal.PathProblem {
  fileprivate var message: String {
    switch self {
    case .noSlash: "Put a / before the ?"
    case .badEscape: "Put two hexadecimal digits after each %"
    case .encodedControl: "Take encoded control characters such as %00 or %0A out of the address"
    case .mustBeEncoded(let byte):
      if byte == UInt8(ascii: " ") {
        "Write a space in the address as %20"
      } else {
        "Write \(Unicode.Scalar(byte)) in the address as %\(Hex.encode([byte]).uppercased())"
      }
    }
  }
}
