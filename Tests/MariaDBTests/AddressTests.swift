import Testing

@testable import MariaDB

@Suite struct AddressTests {
  @Test(arguments: [
    ("db1", "db1", 3_306), ("db1:3307", "db1", 3_307), ("10.0.0.1", "10.0.0.1", 3_306),
    ("10.0.0.1:1", "10.0.0.1", 1), ("[::1]:3307", "::1", 3_307), ("[::1]", "::1", 3_306),
    ("::1", "::1", 3_306), ("fe80::1:2", "fe80::1:2", 3_306),
  ])
  func `a host may bring its own port`(text: String, host: String, port: Int) {
    let address = Address(host: text, port: 3_306)

    #expect(address.host == host)
    #expect(address.port == port)
  }

  @Test func `a socket stands for itself, hosts for one address each`() {
    var options = DatabaseOptions(hosts: ["a", "b:2"], port: 1, user: "u", database: "d")
    #expect(Address.all(options).map(\.port) == [1, 2])

    options.socket = "/run/s"

    #expect(Address.all(options).map(\.socket) == ["/run/s"])
  }
}
