import Domain
import Testing

@Suite struct CursorTests {
  @Test func `a cursor is read back as it was`() throws {
    let cursor = Cursor(
      time: Timestamp(microseconds: 1_764_000_000_123_456),
      id: UUID(high: 0x0190_A0F0_0000_7000, low: 0x8000_0000_0000_0001))

    #expect(Cursor(cursor.text) == cursor)
    #expect(cursor.text.utf8.count == 32)
    #expect(cursor.text == "AAZEWUFkIkABkKDwAABwAIAAAAAAAAAB")
  }

  @Test func `the last moment that the database can hold is the last`() {
    let id = UUID(high: 0, low: 0)
    let last = Cursor(time: Timestamp(microseconds: 253_402_300_799_999_999), id: id)
    let beyond = Cursor(time: Timestamp(microseconds: 253_402_300_800_000_000), id: id)
    let negative = Cursor(time: Timestamp(microseconds: -1), id: id)

    #expect(Cursor(last.text) == last)
    #expect(Cursor(beyond.text) == nil)
    #expect(Cursor(negative.text) == nil)
  }

  @Test(arguments: [
    "", "null", "AAZEWUFkIkABkKDwAABwAIAAAAAAAAA", "AAZEV1oJ4kABkKDwAABwAIAAAAAAAAABA",
    "AAZEWUFkIkABkKDwAABwAIAAAAAAAAAB====", "AAZEV1oJ4kABkKDwAABwAIAAAAAAAA+/",
    " AAZEWUFkIkABkKDwAABwAIAAAAAAAAAB", "'; DROP TABLE users; --",
  ])
  func `any other text is no cursor`(text: String) {
    #expect(Cursor(text) == nil)
  }
}
