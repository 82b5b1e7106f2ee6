import Domain
import Testing

@Suite struct RetryAfterTests {
  /// 1994-11-06T08:49:37Z, the moment of the examples in RFC 9110.
  private let example = Timestamp(seconds: 784_111_777)

  @Test(arguments: [
    ("0", 0), ("120", 120), ("0120", 120), ("86400", 86_400), ("86401", 86_400),
    ("9223372036854775808", 86_400), ("99999999999999999999999999", 86_400),
  ])
  func `seconds count from now, a day at most`(value: String, seconds: Int64) {
    #expect(RetryAfter.interval(value, now: example) == Interval(seconds: seconds))
  }

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func `a date is read in all three forms`(value: String) {
    let now = example.advanced(bySeconds: -60)

    #expect(Timestamp(httpDate: value, now: now) == example)
    #expect(RetryAfter.interval(value, now: now) == Interval(seconds: 60))
    #expect(RetryAfter.interval(value, now: example) == .zero)
    #expect(RetryAfter.interval(value, now: example.advanced(bySeconds: 60)) == .zero)
    #expect(
      RetryAfter.interval(value, now: example.advanced(bySeconds: -90_000)) == RetryAfter.limit)
  }

  @Test func `a part of a millisecond is waited out`() {
    let now = example.advanced(byMicroseconds: -1_000_001)

    #expect(
      RetryAfter.interval("Sun, 06 Nov 1994 08:49:37 GMT", now: now)
        == Interval(milliseconds: 1_001))
  }

  @Test func `a day of two digits needs no second space`() {
    #expect(
      Timestamp(httpDate: "Wed Nov 16 08:49:37 1994", now: example)
        == example.advanced(bySeconds: 10 * 86_400))
  }

  @Test func `a year of two digits is at most fifty years ahead`() {
    let now = Timestamp(CalendarTime(year: 2_026, month: 1, day: 1))

    #expect(
      Timestamp(httpDate: "Sunday, 06-Nov-76 08:49:37 GMT", now: now)?.calendar.year == 2_076)
    #expect(
      Timestamp(httpDate: "Sunday, 06-Nov-77 08:49:37 GMT", now: now)?.calendar.year == 1_977)
  }

  @Test(arguments: [
    "", " ", "soon", "-1", "+1", "1.5", "1 ", " 1", "1,2", "0x10", "1e3", "٣", "Sun",
    "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "Sun, 06 Nov 1994 08:49:37 +0000",
    "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Son, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 31 Nov 1994 08:49:37 GMT",
    "Sun, 00 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT",
    "Sun, 06 Nov 1994 08:49:61 GMT",
    "Sun, 06 Nov 1994 08:49 GMT", "Sun, 06 Nov 1994  08:49:37 GMT", "sun, 06 nov 1994 08:49:37 gmt",
    "Sun, 06-Nov-94 08:49:37 GMT", "Sunday, 06 Nov 1994 08:49:37 GMT",
    "Sunday, 06-Nov-1994 08:49:37 GMT",
    "Sun Nov 6 08:49:37 1994", "Sun Nov  16 08:49:37 1994", "Sun Nov  6 08:49:37 1994 GMT",
    "Sun, 06 Nov 0000 08:49:37 GMT", "1994-11-06T08:49:37Z",
  ])
  func `anything else is ignored`(value: String) {
    #expect(RetryAfter.interval(value, now: example) == nil)
  }
}
