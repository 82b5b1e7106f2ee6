import Domain
package import MariaDB

// How our values stand in MariaDB: UUID columns as text, moments as DATETIME(6) in UTC.

extension UUID: Bindable {
  package var boundValue: Value { .text(description) }
}

extension Identifier: Bindable {
  package var boundValue: Value { rawValue.boundValue }
}

extension Timestamp: Bindable {
  package var boundValue: Value { .dateTime(microseconds: microseconds) }
}

extension Row {
  mutating func uuid() throws -> UUID {
    let text = try text()
    guard let uuid = UUID(text) else { throw StoreError.unreadable("not a UUID: \(text)") }
    return uuid
  }

  mutating func id<Subject>(_ subject: Subject.Type = Subject.self) throws -> Identifier<Subject> {
    Identifier(try uuid())
  }

  mutating func timestamp() throws -> Timestamp {
    Timestamp(microseconds: try dateTime())
  }

  mutating func optionalTimestamp() throws -> Timestamp? {
    try optionalDateTime().map(Timestamp.init(microseconds:))
  }

  /// An ENUM column.
  mutating func word<Word: RawRepresentable>(_ type: Word.Type = Word.self) throws -> Word
  where Word.RawValue == String {
    let text = try text()
    guard let word = Word(rawValue: text) else {
      throw StoreError.unreadable("\(Word.self) has no \(text)")
    }
    return word
  }

  mutating func optionalWord<Word: RawRepresentable>(_ type: Word.Type = Word.self) throws -> Word?
  where Word.RawValue == String {
    guard let text = try optionalText() else { return nil }
    guard let word = Word(rawValue: text) else {
      throw StoreError.unreadable("\(Word.self) has no \(text)")
    }
    return word
  }
}

extension Array {
  /// The same elements with the last one repeated up to a power of two, so that lists of any length
  /// need few prepared statements. For `IN (…)`, where a repetition changes nothing.
  var padded: [Element] {
    guard let last else { return self }
    var size = 1
    while size < count { size *= 2 }
    return self + Array(repeating: last, count: size - count)
  }
}
