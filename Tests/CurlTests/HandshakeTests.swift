import Glibc
import Testing

@testable import Curl

private func connect(_ path: String, on server: String) throws -> ExchangeResult {
  let url = EvilServer.shared.url(path, on: server, host: "localhost")
  return try perform(ExchangeRequest(.get, url, options: wide, onlyConnects: true))
}

@Test func `connecting alone sends nothing and sees the certificate's end`() throws {
  let result = try connect("/ok/connected", on: "good")

  #expect(result.isConnected && !result.requestWasStarted && result.stop == nil)
  let days = (try #require(result.certificate).validUntil - Int64(time(nil))) / 86_400
  #expect((1...2).contains(days))
  #expect(try seen("/ok/connected").requests == 0)
}

@Test(arguments: [
  ("expired", CertificateFault.expired, false), ("wrong", .wrongName, false),
  ("unknown", .unknownAuthority, false), ("bare", .unknownAuthority, true),
])
func `a certificate that will not do is told apart`(
  server: String, fault: CertificateFault, isIncomplete: Bool
) throws {
  let result = try connect("/ok/\(server)-connected", on: server)

  #expect(!result.isConnected && result.certificateFault == fault)
  #expect(result.certificate?.isIncomplete == isIncomplete)
  #expect(try seen("/ok/\(server)-connected").requests == 0)
}

@Test func `the end of a certificate that has ended is known`() throws {
  let seen = try #require(try connect("/ok/ended", on: "expired").certificate)

  #expect(seen.validUntil < Int64(time(nil)) && seen.validUntil > Int64(time(nil)) - 3 * 86_400)
}

@Test func `a refused address is not connected to`() throws {
  let url = EvilServer.shared.url("/ok/refused", on: "good", host: "localhost")
  let result = try perform(
    ExchangeRequest(.get, url, options: wide, onlyConnects: true), check: { _ in false })

  #expect(result.addressWasRefused && !result.isConnected)
}

@Test func `over plain http there is no certificate to see`() throws {
  let result = try connect("/ok/plain-connected", on: "plain")

  #expect(result.isConnected && result.certificate == nil)
  #expect(try seen("/ok/plain-connected").requests == 0)
}

@Test func `a handle that has connected alone carries a whole exchange afterwards`() throws {
  let pool = try makePool()
  let url = EvilServer.shared.url("/ok/then-whole", on: "good", host: "localhost")
  let first = try pool.perform(
    ExchangeRequest(.get, url, options: wide, onlyConnects: true), check: anyAddress)

  let second = try pool.perform(post("/ok/then-whole"), check: anyAddress)

  #expect(first.isConnected && second.status == 200 && second.certificate == nil)
  #expect(try seen("/ok/then-whole").requests == 1)
}
