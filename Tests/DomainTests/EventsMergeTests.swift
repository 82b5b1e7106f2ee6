import Domain
import Testing

struct EventsMergeTests {
  private func merge(_ base: [String], _ mine: [String], _ theirs: [String]) -> EventsMerge {
    func selection(_ names: [String]) -> EventSelection { names == ["*"] ? .all : .chosen(names) }
    return EventsMerge(
      base: selection(base), mine: selection(mine), theirs: selection(theirs))
  }

  @Test func `different boxes go together`() {
    #expect(merge(["a"], ["a", "b"], ["a", "c"]) == .together(.chosen(["a", "b", "c"])))
    #expect(merge(["a", "b"], ["b"], ["a", "b", "c"]) == .together(.chosen(["b", "c"])))
  }

  @Test func `the same box does not`() {
    #expect(merge(["a"], ["a", "b"], ["a", "b"]) == .conflict)
    #expect(merge(["a", "b"], ["b"], ["c"]) == .conflict)
  }

  @Test func `all events take in a further box, and nothing else`() {
    #expect(merge(["a"], ["a", "b"], ["*"]) == .together(.all))
    #expect(merge(["a"], [], ["*"]) == .conflict)
    #expect(merge(["*"], ["a"], ["b"]) == .conflict)
  }

  @Test func `a change of nothing leaves theirs`() {
    #expect(merge(["a"], ["a"], ["c"]) == .together(.chosen(["c"])))
  }
}
