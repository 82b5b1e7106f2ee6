import Glibc
import Testing

@testable import Curl

@Test(arguments: [
  ("expired", CertificateFault.expired), ("wrong", .wrongName), ("unknown", .unknownAuthority),
])
func `a bad certificate is refused and told apart`(server: String, fault: CertificateFault) throws {
  let result = try perform(post("/ok/\(server)", on: server))

  #expect(result.code == .certificateRefused)
  #expect(result.code.isTLS)
  #expect(result.certificateFault == fault)
  #expect(!result.requestWasStarted)
  #expect(try seen("/ok/\(server)").requests == 0)
}

@Test func `TLS 1 point 1 is refused`() throws {
  let result = try perform(post("/ok/old", on: "old"))

  #expect(result.code == .tlsHandshake)
  #expect(!result.requestWasStarted)
}

@Test func `a receiver that speaks HTTP/2 alone is an unsupported protocol`() throws {
  let result = try perform(post("/ok/http2", on: "http2"))

  #expect(result.code == .unsupportedProtocol)
  #expect(result.status == nil)
}

@Test func `an authority that was not added is unknown`() throws {
  let request = post("/ok/not-added")
  let pool = try ExchangePool(maxConnections: 1, authorities: CertificateAuthorities(adding: nil))

  let result = try pool.perform(request, check: anyAddress)

  #expect(result.certificateFault == .unknownAuthority)
}

@Test func `an added authority comes in addition to the system's`() throws {
  let authorities = try CertificateAuthorities(adding: EvilServer.shared.authority)

  let system = certificates(in: CertificateAuthorities.systemFile)
  #expect(system > 0)
  #expect(certificates(in: authorities.path) == system + 1)
}

@Test func `a file without a certificate is no authority`() throws {
  #expect(throws: CurlError.noCertificate(file: "/etc/passwd")) {
    try CertificateAuthorities(adding: "/etc/passwd")
  }
  #expect(throws: CurlError.system(call: "open", errno: ENOENT)) {
    try CertificateAuthorities(adding: "/no/such/file")
  }
}

@Test func `authorities are parsed once for all connections of a pool`() throws {
  let authorities = try CertificateAuthorities(adding: EvilServer.shared.authority)
  let pool = try ExchangePool(maxConnections: 1, authorities: authorities)
  let request = post("/ok/parsed", options: wide.with { $0.keepsConnection = false })
  _ = try pool.perform(request, check: anyAddress)

  truncate(authorities.path, 0)
  let result = try pool.perform(request, check: anyAddress)

  #expect(result.code == .ok)
  #expect(!result.connectionWasReused)
}

private func certificates(in file: String) -> Int {
  guard let stream = fopen(file, "r") else { return 0 }
  defer { fclose(stream) }
  var count = 0
  var line = [CChar](repeating: 0, count: 1_024)
  while fgets(&line, Int32(line.count), stream) != nil {
    count += strncmp(line, "-----BEGIN CERTIFICATE-----", 27) == 0 ? 1 : 0
  }
  return count
}
