import Domain
import Testing

struct TimestampTextTests {
  @Test(arguments: [
    "1970-01-01T00:00:00.000000Z", "2026-11-24T14:05:07.123456Z", "9999-12-31T23:59:59.999999Z",
  ])
  func `a moment is written as it is read`(text: String) throws {
    #expect(try #require(Timestamp(rfc3339: text)).rfc3339 == text)
  }

  @Test(arguments: [
    "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
    "10000-01-01T00:00:00Z",
  ])
  func `none outside of the years 1970 to 9999 is read, whatever its offset`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }
}
