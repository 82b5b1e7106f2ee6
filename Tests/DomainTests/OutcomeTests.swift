import Domain
import Testing

@Suite struct OutcomeTests {
  @Test(arguments: [200, 201, 202, 204, 299])
  func `2xx is success`(status: Int) {
    #expect(Outcome(status: status) == .success(status: status))
    #expect(Outcome(status: status).isSuccess)
  }

  @Test(arguments: [101, 199, 400, 401, 404, 410, 429, 500, 503, 599, 999])
  func `any other status is a failure`(status: Int) {
    #expect(Outcome(status: status) == .failure(.status, status: status))
    #expect(!Outcome(status: status).isSuccess)
  }

  @Test(arguments: [300, 301, 302, 303, 304, 307, 308, 399])
  func `a redirect is a failure of its own kind`(status: Int) {
    #expect(Outcome(status: status) == .failure(.redirect, status: status))
  }

  @Test func `only 429 and 503 may ask us to wait`() {
    let wait = Interval(seconds: 60)

    for status in [429, 503] {
      #expect(
        Outcome(status: status, retryAfter: wait)
          == .failure(.status, status: status, retryAfter: wait))
    }
    for status in [200, 301, 404, 410, 500, 502] {
      #expect(Outcome(status: status, retryAfter: wait) == Outcome(status: status))
    }
  }

  @Test func `only 410 says that the endpoint is gone`() {
    #expect(Outcome(status: 410).isGone)
    #expect(!Outcome(status: 404).isGone)
    #expect(!Outcome.failure(.timeout).isGone)
  }
}
