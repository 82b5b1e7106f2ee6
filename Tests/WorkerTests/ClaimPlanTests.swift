import Domain
import Store
import Testing

@testable import Worker

struct ClaimPlanTests {
  private func plan(_ candidates: [(room: Int, isOnProbation: Bool)], free: Int, probation: Int)
    -> [Int]
  {
    let targets = candidates.map { _ in Sample.target() }
    let plan = ClaimPlan(
      candidates: zip(targets, candidates).map { target, candidate in
        ClaimPlan.Candidate(
          target: target, room: candidate.room, isOnProbation: candidate.isOnProbation)
      }, free: free, probationFree: probation)
    return targets.map { target in
      plan.counts.first { $0.candidate.target.webhookID == target.webhookID }?.count ?? 0
    }
  }

  @Test func `each gets an equal share`() {
    #expect(
      plan([(64, false), (64, false), (64, false)], free: 30, probation: 15) == [10, 10, 10])
  }

  @Test func `what one cannot use goes round again`() {
    #expect(plan([(2, false), (64, false)], free: 20, probation: 10) == [2, 18])
  }

  @Test func `those that waited longest go first when there is not enough for all`() {
    #expect(plan([(4, false), (4, false), (4, false)], free: 2, probation: 1) == [1, 1, 0])
  }

  @Test func `webhooks on probation leave slots to the others`() {
    let hanging = [(room: Int, isOnProbation: Bool)](repeating: (4, true), count: 50)

    let counts = plan(hanging + [(4, false)], free: 20, probation: 10)

    #expect(counts.dropLast().reduce(0, +) == 10)
    #expect(counts.last == 4)
  }

  @Test func `the last slots are for those that have nothing in flight and answered last`() {
    let busy = ClaimPlan.Candidate(target: Sample.target(), room: 64, isOnProbation: false)
    let hanging = ClaimPlan.Candidate(
      target: Sample.target(), room: 1, isOnProbation: true, isIdle: true)
    let well = ClaimPlan.Candidate(
      target: Sample.target(), room: 64, isOnProbation: false, isIdle: true)

    func counts(free: Int) -> [Int] {
      let plan = ClaimPlan(
        candidates: [busy, hanging, well], free: free, probationFree: 10, reserve: 4)
      return [busy, hanging, well].map { one in
        plan.counts.first { $0.candidate.target.webhookID == one.target.webhookID }?.count ?? 0
      }
    }

    #expect(counts(free: 4) == [0, 0, 1])
    #expect(counts(free: 1) == [0, 0, 1])
    #expect(counts(free: 5) == [1, 0, 1])
    #expect(counts(free: 13) == [4, 1, 4])
  }

  @Test func `nothing is planned without room or slots`() {
    #expect(plan([(0, false)], free: 20, probation: 10) == [0])
    #expect(plan([(4, false)], free: 0, probation: 0) == [0])
    #expect(plan([(4, true)], free: 20, probation: -3) == [0])
  }
}
