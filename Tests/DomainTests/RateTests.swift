import Domain
import Testing

@Suite struct RateTests {
  @Test(arguments: ["600/m", "1/s", "1000000/h", "10/d"])
  func `a rate is a count and a unit`(text: String) {
    #expect(Rate(text)?.description == text)
  }

  @Test func `its unit is an interval`() {
    #expect(Rate("600/m") == Rate(count: 600, per: Interval(seconds: 60)))
  }

  @Test(arguments: [
    "", "/", "600", "600/", "/m", "0/m", "-1/m", "+1/m", "1.5/m", "1000001/m", "10000000/m",
    "600/min", "600/2m", "600/m/m", "600 /m", "600/w", "600/M", "٦/m",
  ])
  func `anything else is none`(text: String) {
    #expect(Rate(text) == nil)
  }
}
