import Domain
import Store
import Testing

@testable import Worker

struct WebhookPaceTests {
  @Test func `it starts at four and doubles with success up to sixty-four`() {
    let pace = Changing(WebhookPace())
    let target = Sample.target()
    #expect(pace.value.room(for: target) == 4)

    for expected in [8, 16, 32, 64, 64] {
      pace.value.started(1)
      pace.value.ended(.success(status: 200))
      #expect(pace.value.room(for: target) == expected)
    }
  }

  @Test func `a timeout takes it to one and puts it on probation`() {
    let pace = Changing(WebhookPace())
    pace.value.started(1)
    pace.value.ended(.success(status: 200))
    #expect(!pace.value.isOnProbation)

    pace.value.started(1)
    pace.value.ended(.failure(.timeout))

    #expect(pace.value.room(for: Sample.target()) == 1)
    #expect(pace.value.isOnProbation)
  }

  @Test func `an answer that is no success ends probation but earns no more room`() {
    let pace = Changing(WebhookPace())
    pace.value.started(1)

    pace.value.ended(.failure(.status, status: 500))

    #expect(!pace.value.isOnProbation)
    #expect(pace.value.room(for: Sample.target()) == 4)
  }

  @Test func `what is in flight takes room until it ends or is given back`() {
    let pace = Changing(WebhookPace())
    let target = Sample.target()

    pace.value.started(3)
    #expect(pace.value.room(for: target) == 1)
    pace.value.returned()
    #expect(pace.value.room(for: target) == 2)
  }

  @Test func `the webhook's own limit holds, and strict order means one`() {
    let pace = Changing(WebhookPace())
    for _ in 1...4 {
      pace.value.started(1)
      pace.value.ended(.success(status: 200))
    }

    #expect(pace.value.room(for: Sample.target(maxInFlight: 3)) == 3)
    #expect(pace.value.room(for: Sample.target(isOrdered: true)) == 1)
  }

  @Test(arguments: [Outcome.failure(.connect), .init(status: 503), .init(status: 429)])
  func `one that is away or asks for less comes back one by one`(outcome: Outcome) {
    let pace = Changing(WebhookPace())
    pace.value.started(1)

    pace.value.ended(outcome)

    #expect(pace.value.room(for: Sample.target()) == 1)
    #expect(!pace.value.isOnProbation)
  }
}
