import Testing

@testable import Worker

struct LookupGateTests {
  @Test func `one host name is looked up by one transfer at a time`() {
    let gate = Changing(LookupGate(cap: 8))
    #expect(gate.doing { $0.admit("a", at: 0) })
    #expect(!gate.doing { $0.admit("a", at: 1) })

    gate.value.resolved("a", at: 2)

    #expect(gate.doing { $0.admit("a", at: 3) })
    #expect(gate.doing { $0.admit("a", at: 3) })
    #expect(gate.value.underWay == 0)
  }

  @Test func `look-ups under way are capped`() {
    let gate = Changing(LookupGate(cap: 2))
    #expect(gate.doing { $0.admit("a", at: 0) })
    #expect(gate.doing { $0.admit("b", at: 0) })
    #expect(!gate.doing { $0.admit("c", at: 0) })

    gate.value.failed("a")

    #expect(gate.doing { $0.admit("c", at: 0) })
  }

  @Test func `names that gave nothing hold at most half of the cap`() {
    let gate = Changing(LookupGate(cap: 4))
    for host in ["a", "b", "c"] {
      #expect(gate.doing { $0.admit(host, at: 0) })
      gate.value.failed(host)
    }

    #expect(gate.doing { $0.admit("a", at: 1) })
    #expect(gate.doing { $0.admit("b", at: 1) })
    #expect(!gate.doing { $0.admit("c", at: 1) })
    #expect(gate.doing { $0.admit("fresh", at: 1) })
  }

  @Test func `a known name is looked up again when libcurl has forgotten it`() {
    let gate = Changing(LookupGate(cap: 8))
    _ = gate.doing { $0.admit("a", at: 0) }
    gate.value.resolved("a", at: 0)

    #expect(gate.doing { $0.admit("a", at: LookupGate.knownMilliseconds - 1) })
    #expect(gate.value.underWay == 0)
    #expect(gate.doing { $0.admit("a", at: LookupGate.knownMilliseconds + 1) })
    #expect(gate.value.underWay == 1)
  }

  @Test func `a transfer on a kept connection makes no name younger`() {
    let gate = Changing(LookupGate(cap: 8))
    _ = gate.doing { $0.admit("a", at: 0) }
    gate.value.resolved("a", at: 0)

    gate.value.resolved("a", at: 40_000)
    gate.value.failed("a")

    #expect(gate.doing { $0.admit("a", at: LookupGate.knownMilliseconds + 1) })
    #expect(gate.value.underWay == 1)
  }

  @Test func `hosts that are long known make room for others`() {
    let gate = Changing(LookupGate(cap: 1))
    for number in 0...LookupGate.capacity {
      _ = gate.doing { $0.admit("host-\(number)", at: 0) }
      gate.value.resolved("host-\(number)", at: 0)
    }
    #expect(gate.value.hosts.count == LookupGate.capacity + 1)

    _ = gate.doing { $0.admit("one more", at: LookupGate.knownMilliseconds) }
    gate.value.resolved("one more", at: LookupGate.knownMilliseconds)

    #expect(gate.value.hosts.count == 1)
  }

  @Test func `names that give nothing are not kept without end`() {
    let gate = Changing(LookupGate(cap: 1))

    for number in 0...(3 * LookupGate.capacity) {
      _ = gate.doing { $0.admit("host-\(number)", at: 0) }
      gate.value.failed("host-\(number)")
    }

    #expect(gate.value.hosts.count <= LookupGate.capacity + 1)
    #expect(gate.value.suspectsUnderWay == 0)
    #expect(gate.doing { $0.admit("one more", at: 0) })
  }
}
