import Domain
import Store
import Testing

@testable import Worker

struct WebhookPaceTests {
  @Test func `it starts at four and doubles with success up to sixty-four`() {
    let pace = Changing(WebhookPace())
    let target = Sample.target()
    #expect(pace.doing { $0.room(for: target, at: 0) } == 4)

    for expected in [8, 16, 32, 64, 64] {
      pace.value.started(1, turn: 1)
      pace.value.ended(.success(status: 200))
      #expect(pace.doing { $0.room(for: target, at: 0) } == expected)
    }
  }

  @Test func `a timeout takes it to one and puts it on probation`() {
    let pace = Changing(WebhookPace())
    pace.value.started(1, turn: 1)
    pace.value.ended(.success(status: 200))
    #expect(!pace.value.isOnProbation)

    pace.value.started(1, turn: 2)
    pace.value.ended(.failure(.timeout))

    #expect(pace.doing { $0.room(for: Sample.target(), at: 0) } == 1)
    #expect(pace.value.isOnProbation)
  }

  @Test func `an answer that is no success ends probation but earns no more room`() {
    let pace = Changing(WebhookPace())
    pace.value.started(1, turn: 1)

    pace.value.ended(.failure(.status, status: 500))

    #expect(!pace.value.isOnProbation)
    #expect(pace.doing { $0.room(for: Sample.target(), at: 0) } == 4)
  }

  @Test func `what is in flight takes room until it ends or is given back`() {
    let pace = Changing(WebhookPace())
    let target = Sample.target()

    pace.value.started(3, turn: 1)
    #expect(pace.doing { $0.room(for: target, at: 0) } == 1)
    pace.value.returned()
    #expect(pace.doing { $0.room(for: target, at: 0) } == 2)
  }

  @Test func `the webhook's own limit holds, and strict order means one`() {
    let pace = Changing(WebhookPace())
    for _ in 1...4 {
      pace.value.started(1, turn: 1)
      pace.value.ended(.success(status: 200))
    }

    #expect(pace.doing { $0.room(for: Sample.target(maxInFlight: 3), at: 0) } == 3)
    #expect(pace.doing { $0.room(for: Sample.target(isOrdered: true), at: 0) } == 1)
  }

  @Test func `so many a second, evenly, and never more than a second's worth at once`() {
    let pace = Changing(WebhookPace())
    for _ in 1...4 {
      pace.value.started(1, turn: 1)
      pace.value.ended(.success(status: 200))
    }
    let target = Sample.target(maxPerSecond: 10)
    #expect(pace.doing { $0.room(for: target, at: 0) } == 10)

    pace.value.started(10, turn: 2)
    for _ in 1...10 { pace.value.ended(.success(status: 200)) }
    #expect(pace.doing { $0.room(for: target, at: 50) } == 0)
    #expect(pace.doing { $0.room(for: target, at: 250) } == 2)
    #expect(pace.doing { $0.room(for: target, at: 60_000) } == 10)
  }
}
