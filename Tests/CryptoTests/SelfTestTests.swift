import Crypto
import Testing

@Suite struct SelfTestTests {
  @Test func `the library at hand passes`() throws {
    try SelfTest.run()
  }
}
