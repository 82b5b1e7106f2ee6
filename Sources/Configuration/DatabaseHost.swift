import Domain

/// One host of `PATCHBAY_DB_HOST`: `db1`, `10.0.0.1:3307`, `[::1]:3307`, or an IPv6 address alone, which
/// has no port of its own. `MariaDB` reads the same forms.
struct DatabaseHost {
  /// Without brackets and port.
  private let name: Substring

  /// nil for anything else.
  init?(_ text: String) {
    var port: Substring?
    if text.hasPrefix("[") {
      let parts = text.dropFirst().split(
        separator: "]", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, IPAddress(parts[0])?.family == .v6,
        parts[1].isEmpty || parts[1].hasPrefix(":")
      else { return nil }
      name = parts[0]
      port = parts[1].isEmpty ? nil : parts[1].dropFirst()
    } else if IPAddress(text)?.family == .v6 {
      name = text[...]
    } else {
      let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      name = parts[0]
      port = parts.dropFirst().first
      guard !name.isEmpty, name.utf8.allSatisfy(Self.isOfName) else { return nil }
    }
    if let port {
      guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
        (1...65_535).contains(number)
      else { return nil }
    }
  }

  private static func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: "._-".utf8.contains(byte)
    }
  }

  /// Whether it is this machine. A name may lead anywhere but `localhost`.
  var isLoopback: Bool {
    guard let address = IPAddress(name) else { return name == "localhost" }
    return address == IPAddress("::1") || address.family == .v4 && name.hasPrefix("127.")
  }
}
