import Curl
import Testing

@Test(arguments: [("size", 65_535, false), ("size", 65_536, false), ("size", 65_537, true)])
func `a body is cut at the limit and not before`(kind: String, bytes: Int, isCut: Bool) throws {
  let result = try perform(post("/\(kind)/\(bytes)"))

  #expect(result.code == .ok)
  #expect(result.status == 200)
  #expect(result.bodyWasCut == isCut)
  #expect(result.body.count == min(bytes, 65_536))
}

@Test func `an endless body is cut and the status kept`() throws {
  let result = try perform(post("/endless/x"))

  #expect(result.code == .ok)
  #expect(result.status == 200)
  #expect(result.headersComplete)
  #expect(result.bodyWasCut)
  #expect(result.body.count == 65_536)
}

@Test func `a limit of nothing keeps nothing`() throws {
  let result = try perform(post("/ok/nothing", options: wide.with { $0.bodyLimitBytes = 0 }))

  #expect(result.status == 200)
  #expect(result.bodyWasCut)
  #expect(result.body == [])
}

@Test func `a packed body is left packed`() throws {
  let result = try perform(post("/gzip-content/x"))

  #expect(result.status == 200)
  #expect(result.body.starts(with: [0x1F, 0x8B]))
  #expect(result.body.count <= 65_536)
}

@Test func `a body that the transfer encoding blows up is cut at the limit`() throws {
  let result = try perform(post("/gzip-transfer/x"))

  #expect(result.code == .ok)
  #expect(result.bodyWasCut)
  #expect(result.body == [UInt8](repeating: 0, count: 65_536))
}

@Test func `an endless chunk extension ends at the raw limit`() throws {
  let result = try perform(
    post("/chunk-extension/x", options: wide.with { $0.rawLimitBytes = 262_144 }))

  #expect(result.stop == .rawLimit)
  #expect(result.code == .aborted)
  #expect(result.status == 200)
  #expect(result.body == [])
}

@Test func `the raw limit counts each exchange of a kept connection alone`() throws {
  let pool = try makePool()
  for _ in 1...5 {
    let options = wide.with { $0.rawLimitBytes = 100_000 }
    let result = try pool.perform(post("/pieces/60000", options: options), check: anyAddress)
    #expect(result.stop == nil)
    #expect(result.body.count == 60_000)
  }
}

@Test(arguments: ["/header-flood/x", "/header-line/x"])
func `headers without end are ended at the limit`(path: String) throws {
  let result = try perform(post(path))

  #expect(result.stop == .headerLimit)
  #expect(!result.headersComplete)
}

@Test func `interim responses without end are ended at the limit`() throws {
  let result = try perform(post("/interim-flood/x"))

  #expect(result.stop == .headerLimit)
  #expect(result.status == nil)
  #expect(!result.headersComplete)
}
