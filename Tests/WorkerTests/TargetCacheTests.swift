import Domain
import Store
import Testing

@testable import Worker

struct TargetCacheTests {
  @Test func `a target is kept for a minute, until it is dropped`() {
    let cache = Changing(TargetCache())
    let target = Sample.target()
    cache.value.keep(target, at: 1_000)

    #expect(cache.value.target(of: target.webhookID, at: 60_999) != nil)
    #expect(cache.value.target(of: target.webhookID, at: 61_000) == nil)

    cache.value.keep(target, at: 1_000)
    cache.value.drop(target.webhookID)
    #expect(cache.value.target(of: target.webhookID, at: 1_001) == nil)
  }
}
