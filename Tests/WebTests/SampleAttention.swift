import Domain

@testable import Web

extension SamplePages {
  var attention: [Sample] {
    let hidden = UUID(high: 3, low: 4)
    let kinds = AttentionItem.Kind.allCases + [.stopped, .stopped]
    let items = kinds.enumerated().map { index, kind in
      AttentionItem(
        kind: kind, subject: UUID(high: 1, low: UInt64(index)), name: text("name"), at: Self.now,
        reason: index == 0 ? .gone : index == kinds.count - 1 ? .damaged : nil,
        notice: [.recovered, .sentAgain, .dropped, .jobEnded].contains(kind) ? hidden : nil,
        job: kind == .jobEnded ? job(.retry, .done) : nil,
        count: [.sentAgain, .dropped].contains(kind) ? 1_200 : nil)
    }
    func shell(_ items: [AttentionItem], workerAgo seconds: Int64 = 1) -> Shell {
      var shell = self.shell
      shell.attention = Attention(
        items: items, workerSeenAt: Self.now.advanced(bySeconds: -seconds))
      return shell
    }
    func events(_ shell: Shell) -> HTML { EventsPage(shell: shell, types: types).render() }
    return [
      Sample(name: "attention", html: AttentionPage(shell: shell(items, workerAgo: 140)).render()),
      Sample(name: "nothing to attend to", html: AttentionPage(shell: shell([])).render()),
      Sample(name: "banner of several", html: events(shell(items))),
      Sample(name: "banner of one", html: events(shell([items[1]]))),
      Sample(name: "banner of the worker", html: events(shell([], workerAgo: 121))),
    ]
  }
}
