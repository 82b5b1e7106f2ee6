/// What a provider gives no longer, and what it gives now, without anybody having asked for it here.
package struct ScopeChange: Sendable, Equatable {
  package let lost: [String]
  package let gained: [String]

  package init(lost: [String] = [], gained: [String] = []) {
    self.lost = lost
    self.gained = gained
  }

  package var isEmpty: Bool { lost.isEmpty && gained.isEmpty }
}

extension Provider {
  /// What an answer says that differs from what is known. What the person took back here stays so.
  /// - Parameter answer: As the provider spelt it; nil: it said nothing, and all is as it was.
  package func change(
    granted: [String], missing: [String], denied: [String], answer: [String]?
  ) -> ScopeChange {
    guard let answer else { return ScopeChange() }
    let still = Set(scopeDialect.granted(of: granted, answer: answer))
    return ScopeChange(
      lost: granted.filter { !still.contains($0) },
      gained: scopeDialect.granted(of: missing, answer: answer)
        + scopesBeyond(granted + missing + denied, answer: answer))
  }

  /// What came beyond `known`: fifty at most, of those whose names can be kept.
  package func scopesBeyond(_ known: [String], answer: [String]?) -> [String] {
    let names = scopeDialect.beyond(known, answer: answer)
      .filter { $0.utf8.count <= 255 && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
    return Array(names.prefix(50))
  }
}
