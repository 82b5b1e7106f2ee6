/// What an operator lets through the address guard: `PATCHBAY_ENDPOINT_ALLOW`.
///
/// A comma list. `host:port` lifts the rules of name, address and port for exactly that host text
/// and port; a range such as `10.0.0.0/8` lifts the rule of address alone.
package struct EndpointAllow: Sendable, Equatable {
  private struct Place: Hashable, Sendable {
    /// As it stands in a URL, in lower case: `localhost`, `10.0.0.7`, `[::1]`.
    let host: String
    let port: Int
  }

  private let places: Set<Place>
  private let ranges: [AddressRange]

  package static let nothing = EndpointAllow(places: [], ranges: [])

  private init(places: Set<Place>, ranges: [AddressRange]) {
    self.places = places
    self.ranges = ranges
  }

  package struct Problem: Error, Equatable, CustomStringConvertible {
    package let entry: String

    package var description: String {
      "\(String(reflecting: entry)) is neither host:port nor a range of addresses like 10.0.0.0/8"
    }
  }

  /// - Throws: `Problem` with the first entry that is neither. Spaces around entries and empty ones
  ///   do no harm.
  package init(_ list: String) throws(Problem) {
    var places: Set<Place> = []
    var ranges: [AddressRange] = []
    for part in list.split(separator: ",") {
      let entry = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      let text = String(entry)
      if text.isEmpty { continue }
      if let range = AddressRange(text) {
        ranges.append(range)
      } else if let place = Self.place(text) {
        places.insert(place)
      } else {
        throw Problem(entry: text)
      }
    }
    self.init(places: places, ranges: ranges)
  }

  private static func place(_ text: String) -> Place? {
    guard let colon = text.lastIndex(of: ":"),
      let port = HostName.port(text[text.index(after: colon)...])
    else { return nil }
    let host = HostName.lowercased(text[..<colon].utf8)
    let isHost =
      if host.hasPrefix("["), host.hasSuffix("]") {
        IPAddress(host.dropFirst().dropLast())?.family == .v6
      } else if HostName.endsInNumber(host) {
        IPAddress(host)?.family == .v4
      } else {
        HostName.isValid(host)
      }
    return isHost ? Place(host: host, port: port) : nil
  }

  /// - Parameter host: In lower case, an IPv6 address in brackets.
  package func allows(host: String, port: Int) -> Bool {
    places.contains(Place(host: host, port: port))
  }

  /// Whether a range lifts the rule for this address. One that reaches back to ourselves needs a
  /// range within its own block: whoever writes `0.0.0.0/0` does not mean loopback.
  func allows(_ address: IPAddress) -> Bool {
    let own = Self.ourselves.first { $0.contains(address) }
    let leadsBack = address.embedded.contains { inner in
      own == nil && Self.ourselves.contains { $0.contains(inner) }
    }
    return !leadsBack && ranges.contains { $0.contains(address) && own?.contains($0) != false }
  }

  private static let ourselves = ["0.0.0.0/8", "127.0.0.0/8", "::/127"].compactMap {
    AddressRange($0)
  }
}
