extension IPAddress {
  /// From where an address can be reached.
  package enum Reach: Sendable, Equatable {
    /// From the whole internet.
    case everywhere
    /// Private, reserved, for documentation, not allocated, or leading into IPv4 by a detour.
    case somewhere
    /// Where clouds hand out credentials to whoever asks from inside, or a form that may lead there.
    case metadata
  }

  package var reach: Reach {
    if Self.metadata.contains(where: { $0.contains(self) })
      || embedded.contains(where: { $0.reach == .metadata })
    {
      return .metadata
    }
    let isPublic =
      switch family {
      case .v4:
        !Self.specialV4.contains { $0.contains(self) }
      case .v6:
        Self.allocatedV6.contains { $0.contains(self) }
          && !Self.specialV6.contains { $0.contains(self) }
          // A tunnel's end is as public as the IPv4 address in it.
          && embedded.allSatisfy { $0.reach == .everywhere }
      }
    return isPublic ? .everywhere : .somewhere
  }

  /// The IPv4 addresses that translators and tunnels would go to for this IPv6 address.
  var embedded: [IPAddress] {
    guard family == .v6 else { return [] }
    let last = low & 0xFFFF_FFFF
    var inner: [UInt64] = []
    // ::/96 and ::ffff:0:0/96 of RFC 4291, ::ffff:0:0:0/96 of RFC 2765, 64:ff9b::/96 of RFC 6052.
    switch (high, low >> 32) {
    case (0, 0), (0, 0xFFFF), (0, 0xFFFF_0000), (0x0064_FF9B_0000_0000, 0): inner.append(last)
    default: break
    }
    // 6to4, RFC 3056: the 32 bits after 2002.
    if high >> 48 == 0x2002 { inner.append(high >> 16 & 0xFFFF_FFFF) }
    // Teredo, RFC 4380: the client's address with every bit turned.
    if high >> 32 == 0x2001_0000 { inner.append(~low & 0xFFFF_FFFF) }
    // ISATAP, RFC 5214: 0000:5efe or 0200:5efe in front of it, whatever the prefix.
    if (low >> 32) & 0xFDFF_FFFF == 0x0000_5EFE { inner.append(last) }
    return inner.map { IPAddress(.v4, low: $0) }
  }

  /// Never let through, whatever an operator allows. Link-local as a whole: several clouds answer
  /// there at addresses of their own.
  private static let metadata = ranges(
    "169.254.0.0/16",  // AWS, GCP, Azure, OpenStack and others at .169.254; ECS, EKS at .170
    "168.63.129.16/32",  // Azure
    "100.100.100.200/32",  // Alibaba
    "192.0.0.192/32",  // Oracle
    "fe80::/10",
    "fd00:ec2::/32",  // AWS
    "fd20:ce::254/128",  // GCP
    "64:ff9b:1::/48"  // RFC 8215: translates to an IPv4 address whose place nobody knows
  )

  /// IANA IPv4 Special-Purpose Address Registry, multicast and class E.
  private static let specialV4 = ranges(
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4")

  /// What IANA has given to the regional registries: IPv6 Global Unicast Address Assignments,
  /// without 2001::/23 and 2002::/16, which are there for protocols.
  private static let allocatedV6 = ranges(
    "2001:200::/23", "2001:400::/23", "2001:600::/23", "2001:800::/22", "2001:c00::/23",
    "2001:e00::/23", "2001:1200::/23", "2001:1400::/22", "2001:1800::/23", "2001:1a00::/23",
    "2001:1c00::/22", "2001:2000::/19", "2001:4000::/23", "2001:4200::/23", "2001:4400::/23",
    "2001:4600::/23", "2001:4800::/23", "2001:4a00::/23", "2001:4c00::/23", "2001:5000::/20",
    "2001:8000::/19", "2001:a000::/20", "2001:b000::/20", "2003::/18", "2400::/12", "2410::/12",
    "2600::/12", "2610::/23", "2620::/23", "2630::/12", "2800::/12", "2a00::/12", "2a10::/12",
    "2c00::/12")

  /// IANA IPv6 Special-Purpose Address Registry, as far as it lies within the former.
  private static let specialV6 = ranges("2001:db8::/32", "2620:4f:8000::/48")

  private static func ranges(_ texts: String...) -> [AddressRange] {
    texts.map { text in
      guard let range = AddressRange(text) else {
        preconditionFailure("\(text) in the table is a range")
      }
      return range
    }
  }
}
