/// Host names that lead nowhere on the public internet, or to ourselves.
///
/// Sources: IANA Special-Use Domain Names; ICANN's `.internal`; the name collision list; names of
/// cloud metadata services.
enum SpecialNames {
  /// - Parameter host: In lower case, without a dot at the end.
  static func isSpecial(_ host: String) -> Bool {
    ends(host, inOneOf: special)
  }

  /// Reserved for documentation and testing: RFC 2606, RFC 6761. They do not resolve.
  static func isForDocumentation(_ host: String) -> Bool {
    ends(host, inOneOf: documentation)
  }

  /// Each stands for itself and for every name that ends in it after a dot.
  private static let special: Set<String> = [
    "localhost", "localhost6", "ip6-localhost", "ip6-loopback", "broadcasthost", "localdomain",
    "local", "internal", "home.arpa", "in-addr.arpa", "ip6.arpa", "svc",
    "onion", "i2p", "alt",
    "lan", "home", "corp", "mail", "intranet", "private", "workgroup", "belkin",
    "metadata", "instance-data", "rancher-metadata", "metadata.goog", "metadata.tencentyun.com",
  ]

  private static let documentation: Set<String> = [
    "test", "invalid", "example", "example.com", "example.net", "example.org",
  ]

  private static func ends(_ host: String, inOneOf names: Set<String>) -> Bool {
    let labels = host.split(separator: ".")
    return labels.indices.contains { names.contains(labels[$0...].joined(separator: ".")) }
  }
}
