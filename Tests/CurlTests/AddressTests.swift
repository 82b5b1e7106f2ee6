import Curl
import Testing

@Test func `addresses read as they are written`() throws {
  let ipv4 = PeerAddress(bytes: [203, 0, 113, 7], port: 443)
  let ipv6 = PeerAddress(bytes: [0x26, 0x06] + [UInt8](repeating: 0, count: 13) + [1], port: 443)

  #expect(ipv4?.description == "203.0.113.7:443")
  #expect(ipv6?.description == "[2606::1]:443")
  #expect(ipv4?.bytes == [203, 0, 113, 7])
  #expect(ipv6?.bytes.count == 16)
  #expect(PeerAddress(bytes: [1, 2, 3], port: 443) == nil)
}

@Test func `no socket is opened to a refused address`() throws {
  let listener = Listener(backlog: 8)
  let url = "https://127.0.0.1:\(listener.port)/"
  let request = ExchangeRequest(.post, url, headers: [], body: [], options: wide)
  var asked: [String] = []

  let result = try makePool().perform(request) { address in
    asked.append(address.description)
    return false
  }

  #expect(result.addressWasRefused)
  #expect(result.code == .notConnected)
  #expect(!result.requestWasStarted)
  #expect(asked == ["127.0.0.1:\(listener.port)"])
  #expect(result.remote?.description == asked.first)
  #expect(!listener.wasConnected)
}

@Test func `after one refused address no other of that name is used`() throws {
  let listener = Listener(backlog: 8)
  let url = "https://localhost:\(listener.port)/"
  let request = ExchangeRequest(.post, url, headers: [], body: [], options: wide)
  var asked = 0

  let result = try makePool().perform(request) { _ in
    asked += 1
    return asked > 1
  }

  #expect(asked == 1)
  #expect(result.addressWasRefused)
  #expect(!listener.wasConnected)
}

@Test func `an address that is refused after another was tried ends the exchange`() throws {
  var asked = 0

  let result = try perform(post("/ok/mixed")) { _ in
    asked += 1
    return asked == 1
  }

  #expect(asked == 2)
  #expect(result.addressWasRefused)
  #expect(!result.requestWasStarted)
  #expect(try seen("/ok/mixed").requests == 0)
}

@Test func `the peer is checked once more when connected`() throws {
  var asked: [PeerAddress] = []

  // A literal, so that there is one candidate; its certificate is for a name.
  let request = post("/ok/peer", on: "plain", host: "127.0.0.1")
  let result = try perform(request) { address in
    asked.append(address)
    return asked.count == 1
  }

  #expect(asked.count == 2)
  #expect(asked.first == asked.last)
  #expect(result.addressWasRefused)
  #expect(result.code == .aborted)
  #expect(!result.requestWasStarted)
  #expect(try seen("/ok/peer").requests == 0)
}

@Test func `the peer of a kept connection is checked at each request`() throws {
  let pool = try makePool()
  _ = try pool.perform(post("/ok/again"), check: anyAddress)

  let result = try pool.perform(post("/ok/again")) { _ in false }

  #expect(result.addressWasRefused)
  #expect(!result.requestWasStarted)
  #expect(try seen("/ok/again").requests == 1)
}

@Test(arguments: ["2130706433", "0x7f.1", "017700000001"])
func `whatever the spelling, the check sees the address`(host: String) throws {
  var asked: [String] = []

  _ = try perform(post("/ok/spelling", on: "plain", host: host)) { address in
    asked.append(address.description)
    return false
  }

  #expect(asked == ["127.0.0.1:\(EvilServer.shared.ports["plain"]!)"])
}

@Test func `IPv4 within IPv6 is shown as it is`() throws {
  var asked: [PeerAddress] = []

  _ = try perform(post("/ok/mapped", on: "plain", host: "[::ffff:127.0.0.1]")) { address in
    asked.append(address)
    return false
  }

  #expect(asked.first?.bytes == [UInt8](repeating: 0, count: 10) + [255, 255, 127, 0, 0, 1])
}

@Test func `a name that is only looked up shows its addresses, and no socket is opened`() throws {
  let listener = Listener(backlog: 8)
  let url = "https://localhost:\(listener.port)/"

  let result = try makePool().perform(
    ExchangeRequest(.get, url, options: wide, onlyLooksUp: true), check: anyAddress)

  #expect(result.candidates.contains { $0.description == "127.0.0.1:\(listener.port)" })
  #expect(!result.requestWasStarted)
  #expect(!listener.wasConnected)
}
