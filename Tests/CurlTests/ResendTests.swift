import Curl
import Glibc
import Testing

@Test(arguments: ["good", "plain"])
func `a request that was read and not answered is sent once`(server: String) throws {
  let pool = try makePool()
  let request = post("/closes-after-second/\(server)", on: server)
  let first = try pool.perform(request, check: anyAddress)

  let second = try pool.perform(request, check: anyAddress)

  #expect(first.status == 200)
  #expect(second.resendWasRefused)
  #expect(second.code == .aborted)
  #expect(second.status == nil)
  #expect(second.requestWasStarted)
  #expect(second.connectionWasReused)
  #expect(try seen("/closes-after-second/\(server)") == (2, 1))
}

@Test(arguments: ["good", "plain"])
func `a connection that was closed while idle costs no attempt`(server: String) throws {
  let pool = try makePool()
  let request = post("/closes-when-idle/\(server)", on: server)
  _ = try pool.perform(request, check: anyAddress)
  usleep(1_000_000)

  let result = try pool.perform(request, check: anyAddress)

  #expect(result.code == .ok)
  #expect(result.status == 200)
  #expect(!result.connectionWasReused)
  #expect(result.timings.connectMicroseconds != nil)
  #expect(try seen("/closes-when-idle/\(server)") == (2, 2))
}

@Test(arguments: ["good", "plain"])
func `an answer to a request that was not made is nobody's`(server: String) throws {
  let pool = try makePool()
  _ = try pool.perform(post("/speaks-unasked/\(server)", on: server), check: anyAddress)
  usleep(1_000_000)

  let result = try pool.perform(post("/ok/unasked", on: server), check: anyAddress)

  #expect(text(result.body) == "ok")
  #expect(!result.connectionWasReused)
}

@Test func `a connection that was idle for too long is not used`() throws {
  let pool = try makePool()
  let request = post("/ok/idle", options: wide.with { $0.idleLimitSeconds = 1 })
  _ = try pool.perform(request, check: anyAddress)
  usleep(2_200_000)

  let result = try pool.perform(request, check: anyAddress)

  #expect(!result.connectionWasReused)
}
