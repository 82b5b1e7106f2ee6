/// The prepared statements of one connection by their text; the least recently used makes room.
struct StatementCache {
  private struct Entry {
    let statement: Statement
    var lastUse: UInt64
  }

  private let capacity: Int
  private var entries: [String: Entry] = [:]
  private var uses: UInt64 = 0

  init(capacity: Int) {
    self.capacity = capacity
    entries.reserveCapacity(capacity + 1)
  }

  var count: Int { entries.count }

  /// The statement of this text, made by `prepare` when there is none.
  mutating func statement(
    _ text: String, prepare: (String) throws(DatabaseError) -> Statement
  ) throws(DatabaseError) -> Statement {
    uses += 1
    if let index = entries.index(forKey: text) {
      entries.values[index].lastUse = uses
      return entries.values[index].statement
    }
    let statement = try prepare(text)
    // Looking at all of them is cheap beside the exchange with the server that a prepare costs.
    if entries.count >= capacity,
      let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })
    {
      entries.removeValue(forKey: oldest.key)
    }
    entries[text] = Entry(statement: statement, lastUse: uses)
    return statement
  }
}
