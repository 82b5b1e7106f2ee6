import Store

/// Which webhooks get how many of the free slots.
///
/// The one that waited longest goes first; each gets an equal share, then what is left over goes
/// round again. One endpoint with 100,000 deliveries waiting, or fifty that hang, leave the others
/// their turn. The last slots are for those alone that have nothing in flight and answered last: others
/// took theirs while they answered, and may have stopped since.
struct ClaimPlan {
  struct Candidate {
    let target: DeliveryTarget
    let room: Int
    let isOnProbation: Bool
    /// Has nothing in flight.
    var isIdle = false

    var mayUseReserve: Bool { isIdle && !isOnProbation }
  }

  /// Those of the candidates that get something, in their order.
  let counts: [(candidate: Candidate, count: Int)]

  /// - Parameters:
  ///   - candidates: Those that waited longest first.
  ///   - free: Slots in all.
  ///   - probationFree: Slots that webhooks on probation may take of these.
  ///   - reserve: The last slots; of these one each for idle webhooks.
  init(candidates: [Candidate], free: Int, probationFree: Int, reserve: Int = 0) {
    var counts = [Int](repeating: 0, count: candidates.count)
    var free = free
    var probationFree = max(0, probationFree)
    var wanting = candidates.indices.filter { candidates[$0].room > 0 }
    while free > 0, !wanting.isEmpty {
      let share = max(1, (free - reserve) / wanting.count)
      var still: [Int] = []
      for index in wanting where free > 0 {
        let candidate = candidates[index]
        var count = min(share, candidate.room - counts[index], free)
        if candidate.isOnProbation { count = min(count, probationFree) }
        let reserved = candidate.mayUseReserve && counts[index] == 0 ? 1 : 0
        count = min(count, max(free - reserve, reserved))
        guard count > 0 else { continue }
        counts[index] += count
        free -= count
        if candidate.isOnProbation { probationFree -= count }
        if counts[index] < candidate.room { still.append(index) }
      }
      wanting = still
    }
    self.counts = candidates.indices.filter { counts[$0] > 0 }.map {
      (candidates[$0], counts[$0])
    }
  }
}
