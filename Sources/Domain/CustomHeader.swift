/// A header of the user's own that every delivery of a webhook carries.
///
/// Its value may be a credential: it is stored sealed and never shown again.
package struct CustomHeader: Sendable, Equatable {
  /// As it was given. No two of one webhook differ in case alone.
  package let name: String
  package let value: String

  package static let nameLimit = 100
  package static let valueLimitBytes = 4_096
  package static let countLimit = 20
  /// Names and values of one webhook together; many receivers take no more.
  package static let totalLimitBytes = 16 * 1_024

  package enum Problem: Error, Equatable, Sendable {
    case name(String)
    case reserved(String)
    case value(of: String)
    case twice(String)
    case tooMany
    case tooLong
  }

  /// - Throws: `Problem` for a name that is no token of RFC 9110 section 5.6.2, one that is ours to
  ///   set, and a value that is not visible ASCII with spaces inside, 1 to 4,096 of them.
  package init(name: String, value: String) throws(Problem) {
    guard (1...Self.nameLimit).contains(name.utf8.count),
      name.utf8.allSatisfy(Self.isTokenCharacter)
    else { throw .name(name) }
    if Self.isReserved(HostName.lowercased(name.utf8)) { throw .reserved(name) }
    // A space at either end is not part of a value, and an empty value is no header to libcurl.
    guard (1...Self.valueLimitBytes).contains(value.utf8.count),
      value.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), value.utf8.first != 0x20,
      value.utf8.last != 0x20
    else { throw .value(of: name) }
    self.name = name
    self.value = value
  }

  /// All headers of one webhook: each right, no name twice, and not too much of them.
  package static func list(
    _ headers: some Sequence<(name: String, value: String)>
  ) throws(Problem) -> [CustomHeader] {
    var list: [CustomHeader] = []
    var names: Set<String> = []
    var bytes = 0
    for header in headers {
      if list.count == countLimit { throw .tooMany }
      let checked = try CustomHeader(name: header.name, value: header.value)
      guard names.insert(HostName.lowercased(checked.name.utf8)).inserted else {
        throw .twice(checked.name)
      }
      bytes += checked.name.utf8.count + checked.value.utf8.count
      list.append(checked)
    }
    if bytes > totalLimitBytes { throw .tooLong }
    return list
  }

  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }

  /// What we set ourselves, what belongs to the connection, and what opens doors elsewhere: clouds
  /// take some headers as proof that a request for credentials was meant.
  private static func isReserved(_ name: String) -> Bool {
    reservedNames.contains(name) || reservedPrefixes.contains { name.hasPrefix($0) }
  }

  private static let reservedNames: Set<String> = [
    "host", "content-type", "content-length", "content-encoding", "transfer-encoding",
    "connection", "keep-alive", "expect", "te", "trailer", "upgrade", "http2-settings", "cookie",
    "user-agent", "forwarded", "metadata",
  ]

  private static let reservedPrefixes = [
    "webhook-", "proxy-", "x-forwarded-", "x-aws-ec2-metadata-token", "metadata-",
  ]
}

extension CustomHeader.Problem {
  /// For the field's message. Quotes names, never values.
  package var message: String {
    switch self {
    case .name(let name):
      """
      \(String(reflecting: name)) is no header name. Use 1 to 100 letters, digits and hyphens, like \
      X-Api-Key.
      """
    case .reserved(let name): "\(name) is set by us. Choose another name."
    case .value(of: let name):
      """
      The value of \(name) must be 1 to 4,096 visible ASCII characters, with spaces only between \
      them.
      """
    case .twice(let name): "\(name) stands twice. Leave one of them out."
    case .tooMany: "A webhook can have \(CustomHeader.countLimit) headers of its own"
    case .tooLong: "The headers must be 16,384 characters or fewer together"
    }
  }
}

extension CustomHeader: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  package var description: String { "\(name): …" }
  package var debugDescription: String { description }
  // `dump` and a failed expectation print the mirror, which would show the value.
  package var customMirror: Mirror { Mirror(self, children: []) }
}
