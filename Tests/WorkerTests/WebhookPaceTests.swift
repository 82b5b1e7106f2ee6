import Domain
import Store
import Testing

@testable import Worker

struct WebhookPaceTests {
  @Test func `it starts at four and doubles with success up to sixty-four`() {
    let pace = Changing(WebhookPace())
    let target = Sample.target()
    #expect(pace.value.room(for: target, at: 0) == 4)

    for expected in [8, 16, 32, 64, 64] {
      pace.value.started(1)
      pace.value.ended(.success(status: 200), at: 0)
      #expect(pace.value.room(for: target, at: 0) == expected)
    }
  }

  @Test func `a timeout takes it to one and puts it on probation`() {
    let pace = Changing(WebhookPace())
    pace.value.started(1)
    pace.value.ended(.success(status: 200), at: 0)
    #expect(!pace.value.isOnProbation)

    pace.value.started(1)
    pace.value.ended(.failure(.timeout), at: 0)

    #expect(pace.value.room(for: Sample.target(), at: 0) == 1)
    #expect(pace.value.isOnProbation)
  }

  @Test func `an answer that is no success ends probation but earns no more room`() {
    let pace = Changing(WebhookPace())
    pace.value.started(1)

    pace.value.ended(.failure(.status, status: 500), at: 0)

    #expect(!pace.value.isOnProbation)
    #expect(pace.value.room(for: Sample.target(), at: 0) == 4)
  }

  @Test func `what is in flight takes room until it ends or is given back`() {
    let pace = Changing(WebhookPace())
    let target = Sample.target()

    pace.value.started(3)
    #expect(pace.value.room(for: target, at: 0) == 1)
    pace.value.returned()
    #expect(pace.value.room(for: target, at: 0) == 2)
  }

  @Test func `the webhook's own limit holds, and strict order means one`() {
    let pace = Changing(WebhookPace())
    for _ in 1...4 {
      pace.value.started(1)
      pace.value.ended(.success(status: 200), at: 0)
    }

    #expect(pace.value.room(for: Sample.target(maxInFlight: 3), at: 0) == 3)
    #expect(pace.value.room(for: Sample.target(isOrdered: true), at: 0) == 1)
  }

  @Test(arguments: [Outcome.failure(.connect), .init(status: 503), .init(status: 429)])
  func `one that is away or asks for less comes back one by one`(outcome: Outcome) {
    let pace = Changing(WebhookPace())
    pace.value.started(1)

    pace.value.ended(outcome, at: 0)

    #expect(pace.value.room(for: Sample.target(), at: 0) == 1)
    #expect(!pace.value.isOnProbation)
  }

  @Test func `after a minute of failures only it gets one at a time, until one succeeds`() {
    let pace = Changing(WebhookPace())
    let target = Sample.target()
    for _ in 1...20 {
      pace.value.started(1)
      pace.value.ended(.failure(.status, status: 500), at: 1_000)
    }
    #expect(!pace.value.isProbing(at: 60_999))
    #expect(pace.value.room(for: target, at: 60_999) == 4)

    #expect(pace.value.isProbing(at: 61_000))
    #expect(pace.value.room(for: target, at: 61_000) == 1)

    pace.value.started(1)
    pace.value.ended(.success(status: 200), at: 61_000)
    #expect(!pace.value.isProbing(at: 200_000))
    #expect(pace.value.room(for: target, at: 200_000) == 8)
  }

  @Test func `nineteen failures are not a while, however long they take`() {
    let pace = Changing(WebhookPace())
    for _ in 1...19 {
      pace.value.started(1)
      pace.value.ended(.failure(.status, status: 500), at: 0)
    }

    #expect(!pace.value.isProbing(at: 1_000_000))
  }

  @Test func `a worker that starts takes the failures on record for its own`() {
    #expect(WebhookPace(failingFor: 60_000, at: 5).isProbing(at: 5))
    #expect(!WebhookPace(failingFor: 59_999, at: 5).isProbing(at: 70_000))
    #expect(!WebhookPace(failingFor: nil, at: 5).isProbing(at: 70_000))
  }
}
